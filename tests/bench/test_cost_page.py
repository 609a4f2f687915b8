"""docs/cost.md has no figure that the bench does not compute."""

from __future__ import annotations

import re

from bench.cost import measure
from bench.sharding import advise
from tests.catalog import ROOT

PAGE = (ROOT / "docs" / "cost.md").read_text(encoding="utf-8")


def read_rows(text: str) -> list[list[str]]:
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    return [row for row in rows if row[0][0].isdigit()]


def test_the_table_is_the_benchs() -> None:
    """Without the requests in flight, which follow from the tasks."""
    assert read_rows(PAGE) == [row[:4] + row[5:] for row in read_rows(advise())]


def test_the_prices_are_the_benchs() -> None:
    """All that the first paragraph names."""
    named = re.findall(r"\$\d+\.\d+", PAGE.partition("\n\n| ")[0])
    assert [price for price in named if price not in measure()] == []
    assert len(named) > 3
