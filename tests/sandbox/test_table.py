"""The sandbox's lines in terminals of any width."""

from __future__ import annotations

import pytest

from sandbox.actions.breakages import list_kinds
from sandbox.actions.dispatch import list_actions
from sandbox.table import align, fold

LINES = [*list_actions(), *align(list_kinds())]


def test_a_long_line_goes_on_below_its_last_column() -> None:
    """At a word."""
    assert fold("  api wrong-key  does not take the newest version of the secret", 48) == [
        "  api wrong-key  does not take the newest",
        "                 version of the secret",
    ]


def test_a_last_column_without_room_goes_on_below_the_line() -> None:
    """So does a sentence without columns; an address is not broken."""
    assert fold("JOB          STATUS  WHAT IT DID", 24) == ["JOB          STATUS", "    WHAT IT DID"]
    assert fold("  see http://127.0.0.1:12345/page", 20) == ["  see", "    http://127.0.0.1:12345/page"]


@pytest.mark.parametrize("width", [40, 60, 80])
def test_what_can_be_typed_is_reported_within_the_terminal(width: int) -> None:
    """Every word of it, and the columns where they were."""
    for line in LINES:
        folded = fold(line, width)
        assert max(map(len, folded)) <= width
        assert " ".join(folded).split() == line.split()
