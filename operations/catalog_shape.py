"""Whether every entry of the catalogs has the keys and types that its class declares."""

from __future__ import annotations

from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from runtime.config.catalog import read_json
from runtime.config.cron import Cron
from runtime.config.environment import Environment
from runtime.config.job import Job
from runtime.process.errors import ConfigurationError
from runtime.services.json_reader import describe

KINDS = ("manual", "daily", "monthly")
CHECKS = ("migrations", "platform", "organizations")
CHOICES = {"kind": KINDS, "overlap": ("allow", "forbid"), "if_unknown": ("fail", "run"), "release_check": CHECKS}
LEAST = {"release_step": 1, "timeout_seconds": 1, "max_retries": 0}


class Jobs:
    """What jobs.json as a whole holds."""

    secrets: dict[str, str]
    jobs: tuple[Job, ...]


def check_shapes(root: str) -> None:
    """Raises ConfigurationError that names the file, the entry and the key."""
    check_shape(read_json(f"{root}/jobs.json"), Jobs, "jobs.json")
    environments = read_json(f"{root}/environments.json")
    _require_object(environments, "environments.json")
    for name, values in environments.items():
        where = f"environments.json: {name}"
        _require_object(values, where)
        check_shape({"name": name, **values}, Environment, where)


def check_shape(values: object, declared: type, where: str) -> None:
    """Raises ConfigurationError for a key that is missing, unknown or of another type than `declared` says."""
    members = _require_object(values, where)
    hints = get_type_hints(declared)
    for name, hint in hints.items():
        if name in members:
            _check_value(members[name], hint, name, where)
        elif not hasattr(declared, name):
            raise ConfigurationError(f"{where}: {name} is missing")
    if unknown := sorted(members.keys() - hints):
        raise ConfigurationError(f"{where}: unknown key {', '.join(map(repr, unknown))}")


def _require_object(values: object, where: str) -> dict[str, Any]:
    if not isinstance(values, dict):
        raise ConfigurationError(f"{where}: expected a JSON object, got {describe(values)}")
    return values


def _check_value(value: object, hint: Any, name: str, where: str) -> None:
    if get_origin(hint) is UnionType:
        hint = type(None) if value is None else get_args(hint)[0]
    if hint is not Cron and getattr(hint, "__annotations__", None):
        label = f"job {value.get('name')!r}" if hint is Job and isinstance(value, dict) else name
        return check_shape(value, hint, f"{where}: {label}")
    kind = str if hint is Cron else get_origin(hint) or hint
    # To Python, true is a number as well.
    if type(value) is not kind:
        expected = "list" if kind is tuple else kind.__name__
        raise ConfigurationError(f"{where}: {name} should be {expected}, got {describe(value)}")
    if isinstance(value, tuple):
        for position, each in enumerate(value):
            _check_value(each, get_args(hint)[0], f"{name}[{position}]", where)
    if isinstance(value, dict):
        for key, each in value.items():
            _check_value(each, get_args(hint)[1], f"{name}: {key}", where)
    return _check_bounds(value, name, where)


def _check_bounds(value: object, name: str, where: str) -> None:
    if value not in CHOICES.get(name, (value,)):
        raise ConfigurationError(f"{where}: {name} is {value!r}, not one of {', '.join(CHOICES[name])}")
    if isinstance(value, int) and value < LEAST.get(name, value):
        raise ConfigurationError(f"{where}: {name} should be {LEAST[name]} or more, got {value}")
    if name == "cron" and value is not None:
        try:
            Cron(str(value))
        except ValueError as error:
            raise ConfigurationError(f"{where}: {error}") from error
