"""What the bench says about its figures."""

from __future__ import annotations

import pytest

from bench.table import extremes, judge, ratios, render_table


def test_a_table_is_markdown() -> None:
    """First column left, numbers right."""
    expected = "| job | ms |\n| --- | ---: |\n| a | 1 |\n"
    assert expected == render_table(("job", "ms"), [["a", "1"]])


def test_least_and_median_are_given_and_compared_each_with_its_own() -> None:
    """A busy machine shows in the median, not in the least."""
    assert extremes([3.0, 1.0, 2.0]) == "1.0 / 2.0"
    assert ratios([4.0, 2.0, 3.0], [1.0, 1.0, 1.0]) == "2.00 / 3.00"


@pytest.mark.parametrize(
    ("value", "at_least", "word"),
    [(1.0, False, "met"), (1.1, False, "**missed**"), (1.0, True, "met"), (0.9, True, "**missed**")],
)
def test_a_target_is_met_at_its_bound(value: float, at_least: bool, word: str) -> None:
    """A miss is not to be overlooked."""
    assert judge("x", value, 1.0, at_least=at_least).startswith(f"- {word}: x ")
