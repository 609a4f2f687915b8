"""Checks of single values: formats, choices, ranges, durations, labels, cron expressions."""

from __future__ import annotations

import json
import re
from functools import cache
from zoneinfo import available_timezones

from sandbox.terraform_provider.codec import UNKNOWN, Value
from sandbox.terraform_provider.rules.rule import Check

_LABEL_KEY = re.compile(r"[a-z][a-z0-9_-]{0,62}")
_LABEL_VALUE = re.compile(r"[a-z0-9_-]{0,63}")
_MOST_LABELS = 64
_CRON_FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day of month", 1, 31), ("month", 1, 12), ("day of week", 0, 7))
# It looks through all files of the tz database, each time.
_list_time_zones = cache(available_timezones)
_CRON_TERM = re.compile(r"(?:\*|(\d+)(?:-(\d+))?)(?:/([1-9]\d*))?")


def matches(path: str, pattern: str, hint: str = "") -> Check:
    """The whole text fits the regular expression."""

    def problem(value: Value) -> str:
        if re.fullmatch(pattern, str(value)):
            return ""
        return (hint and f"{hint}, got {value!r}") or f'"{path}" ("{value}") doesn\'t match regexp "{pattern}"'

    return Check(path, problem)


def one_of(path: str, *choices: str) -> Check:
    """The text is one of the choices."""

    def problem(value: Value) -> str:
        return "" if value in choices else f"expected {path} to be one of {json.dumps(choices)}, got {value}"

    return Check(path, problem)


def within(path: str, low: float, high: float) -> Check:
    """The number lies within the bounds, both included."""

    def problem(value: Value) -> str:
        return (
            "" if low <= float(value) <= high else f"expected {path} to be in the range ({low} - {high}), got {value}"
        )

    return Check(path, problem)


def lasts(path: str, low: float = 0, high: float = float("inf"), step: int = 0) -> Check:
    """A duration such as "900s" within the bounds, in seconds, and a multiple of the step if there is one."""

    def problem(value: Value) -> str:
        if not re.fullmatch(r"[0-9]+(\.[0-9]{1,9})?s", str(value)):
            return f'"{path}" must be a duration in seconds that ends in "s", such as "900s", got {value!r}'
        seconds = float(value[:-1])
        if not low <= seconds <= high or (step and seconds % step):
            by = f" and a multiple of {step}s" if step else ""
            return f'"{path}" must be between {low:g}s and {high:g}s{by}, got "{value}"'
        return ""

    return Check(path, problem)


def labels(path: str) -> Check:
    """Label keys and values as every Google API wants them."""

    def problem(value: Value) -> str:
        if len(value) > _MOST_LABELS:
            return f"{path}: {len(value)} labels, at most {_MOST_LABELS} are allowed"
        wrong = [key for key in value if not _LABEL_KEY.fullmatch(key)]
        wrong += [text for text in value.values() if text is not UNKNOWN and not _LABEL_VALUE.fullmatch(text or "")]
        return (
            f'{path}: "{wrong[0]}" is no valid label: [a-z0-9_-], at most 63, keys start with a letter' if wrong else ""
        )

    return Check(path, problem)


def json_object(path: str) -> Check:
    """The text is a JSON object."""

    def problem(value: Value) -> str:
        try:
            return "" if isinstance(json.loads(value), dict) else f'"{path}" must be a JSON object'
        except ValueError as error:
            return f'"{path}" contains an invalid JSON: {error}'

    return Check(path, problem)


def cron(path: str) -> Check:
    """Five fields in unix-cron format, numbers only."""

    def problem(value: Value) -> str:
        fields = str(value).split()
        if len(fields) != len(_CRON_FIELDS):
            return f'"{value}" is not a unix-cron schedule: five fields are needed'
        for text, (name, low, high) in zip(fields, _CRON_FIELDS, strict=True):
            if not all(_is_cron_term(term, low, high) for term in text.split(",")):
                return f'"{value}" is not a unix-cron schedule: {name} "{text}" (allowed: {low} to {high})'
        return ""

    return Check(path, problem)


def time_zone(path: str) -> Check:
    """A name of the tz database."""
    return Check(path, lambda value: "" if value in _list_time_zones() else f'"{value}" is no time zone')


def _is_cron_term(term: str, low: int, high: int) -> bool:
    match = _CRON_TERM.fullmatch(term)
    if match is None:
        return False
    numbers = [int(number) for number in match.groups()[:2] if number is not None]
    return all(low <= number <= high for number in numbers) and numbers == sorted(numbers)
