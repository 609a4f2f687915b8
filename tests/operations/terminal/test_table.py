"""Tables fit the terminal, and lose what is least useful first."""

from __future__ import annotations

import pytest

from operations.terminal.table import Column, render_table

COLUMNS = (Column("NAME"), Column("TOOK", drop=1), Column("WHO", least=6))
ROWS = [("alerts", "12.0s", "operator-of-stage"), ("migrate", "1.0s", "x")]
NOTES = ["OVERDUE; timeout 60 s, not 1800 s", ""]


@pytest.mark.parametrize("width", [None, 120])
def test_with_room_everything_is_in_its_line(width: int | None) -> None:
    """In a pipe, and on a wide terminal."""
    assert render_table(COLUMNS, ROWS, NOTES, width).split("\n") == [
        "NAME     TOOK   WHO",
        "alerts   12.0s  operator-of-stage  OVERDUE; timeout 60 s, not 1800 s",
        "migrate  1.0s   x",
    ]


def test_a_column_without_content_is_left_out() -> None:
    """Such as what is running while nothing is."""
    assert render_table(COLUMNS, [("alerts", "", "x")]).split("\n") == ["NAME    WHO", "alerts  x"]


def test_a_note_without_room_stands_below_its_row() -> None:
    """It is what matters: never cut."""
    assert render_table(COLUMNS, ROWS, NOTES, 40).split("\n") == [
        "NAME     TOOK   WHO",
        "alerts   12.0s  operator-of-stage",
        "    OVERDUE; timeout 60 s, not 1800 s",
        "migrate  1.0s   x",
    ]


def test_a_long_note_is_wrapped_beside_its_row() -> None:
    """One long note moves none of the others away from their rows."""
    notes = ["OVERDUE; timeout 60 s, not 1800 s; 1 tasks, not 4", "as the catalog says"]
    assert render_table(COLUMNS, ROWS, notes, 70).split("\n") == [
        "NAME     TOOK   WHO",
        "alerts   12.0s  operator-of-stage  OVERDUE; timeout 60 s, not 1800 s;",
        "                                   1 tasks, not 4",
        "migrate  1.0s   x                  as the catalog says",
    ]


def test_long_cells_are_shortened_in_the_middle_then_columns_left_out() -> None:
    """Both ends of a name tell it from others."""
    assert render_table(COLUMNS, ROWS, None, 28).split("\n")[1] == "alerts   12.0s  opera..stage"
    assert render_table(COLUMNS, ROWS, None, 20).split("\n")[1] == "alerts   opera..tage"


@pytest.mark.parametrize("width", range(15, 80))
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    """From the width on that the least of all columns needs."""
    assert max(map(len, render_table(COLUMNS, ROWS, None, width).split("\n"))) <= width
