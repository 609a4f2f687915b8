"""Single values: what passes and what does not."""

from __future__ import annotations

import pytest

from sandbox.terraform_provider.codec import UNKNOWN
from sandbox.terraform_provider.rules.rule import Check
from sandbox.terraform_provider.rules.value_checks import cron, json_object, labels, lasts, one_of, time_zone, within

CRON = cron("schedule")
FIVE_MINUTES_AT_MOST = lasts("timeout", 60, 300, 60)
LABELS = labels("labels")


@pytest.mark.parametrize(
    ("check", "value"),
    [
        (CRON, "5 0 1 * *"),
        (CRON, "*/10 8-18 * * 1,3"),
        (FIVE_MINUTES_AT_MOST, "60s"),
        (FIVE_MINUTES_AT_MOST, "300s"),
        (LABELS, {"a": "b", "team-1": "", "later": UNKNOWN}),
        (LABELS, {"k" * 63: "v" * 63}),
        (json_object("dashboard_json"), '{"a": 1}'),
        (one_of("combiner", "AND", "OR"), "OR"),
        (time_zone("time_zone"), "Etc/UTC"),
        (within("retry_count", 0, 5), 5),
    ],
)
def test_a_right_value_passes(check: Check, value: object) -> None:
    """Bounds are included; a label that is not known yet is not judged."""
    assert check.problem(value) == ""


@pytest.mark.parametrize(
    ("check", "value", "problem"),
    [
        (CRON, "0 0 * *", "five fields"),
        (CRON, "60 0 * * *", 'minute "60"'),
        (CRON, "0 18-8 * * *", 'hour "18-8"'),
        (CRON, "0 0 0 * *", 'day of month "0"'),
        (CRON, "*/0 0 * * *", 'minute "*/0"'),
        (FIVE_MINUTES_AT_MOST, "5m", 'ends in "s"'),
        (FIVE_MINUTES_AT_MOST, "59s", "between 60s and 300s"),
        (FIVE_MINUTES_AT_MOST, "301s", "between 60s and 300s"),
        (FIVE_MINUTES_AT_MOST, "90s", "a multiple of 60s"),
        (LABELS, {"Team": "a"}, '"Team"'),
        (LABELS, {"1st": "a"}, '"1st"'),
        (LABELS, {"a": "v" * 64}, "at most 63"),
        (LABELS, {f"k{number}": "" for number in range(65)}, "at most 64"),
        (json_object("dashboard_json"), "[]", "a JSON object"),
        (json_object("dashboard_json"), "{", "invalid JSON"),
        (one_of("combiner", "AND", "OR"), "and", 'one of ["AND", "OR"]'),
        (time_zone("time_zone"), "UTC+1", "no time zone"),
        (within("retry_count", 0, 5), 6, "in the range (0 - 5)"),
    ],
)
def test_a_wrong_value_is_named(check: Check, value: object, problem: str) -> None:
    """The problem says what is expected, or which part is wrong."""
    assert problem in check.problem(value)
