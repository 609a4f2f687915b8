"""Problems print as compilers print theirs, in the order of the file."""

from __future__ import annotations

from runtime.migration.check.lines import Lines
from runtime.migration.check.problems import Flaw, sort_problems


def test_problems_come_in_the_order_of_their_lines() -> None:
    """In any order they are found; those of a line stay as they were found."""
    flaws = [Flaw(4, "third", "fix it"), Flaw(0, "first", "fix it"), Flaw(4, "fourth", "fix it")]
    assert ["01_a.sql:1: first, fix it", "01_a.sql:3: third, fix it", "01_a.sql:3: fourth, fix it"] == [
        str(problem) for problem in sort_problems("01_a.sql", Lines(b"a\nb\nc"), flaws)
    ]
