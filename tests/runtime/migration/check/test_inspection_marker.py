"""The marker is one exact line, among those that begin the file."""

from __future__ import annotations

import pytest

from runtime.migration.check.inspection import Inspection
from runtime.migration.check.rules import MARKER

INDEX = "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a);\n"


def inspect(text: str) -> Inspection:
    return Inspection("07_index.sql", text.encode())


def describe(text: str) -> list[str]:
    return [str(problem) for problem in inspect(text).problems]


@pytest.mark.parametrize(
    "beginning",
    [
        f"{MARKER}\n",
        f"{MARKER} \t\r\n",
        f"{MARKER}\r",
        f"-- Builds the index.\n\n{MARKER}\n-- It takes a while.\n",
    ],
)
def test_the_marker_stands_on_a_line_of_its_own_before_the_first_statement(beginning: str) -> None:
    """Comments of one line may surround it, line ends may be of any kind."""
    inspection = inspect(beginning + INDEX)
    assert (True, []) == (inspection.is_alone, inspection.problems)


@pytest.mark.parametrize(
    "text",
    [
        f"-- migrate: no transaction\n{INDEX}",
        f"--migrate:no_transaction\n{INDEX}",
        f"-- Migrate: No-Transaction\n{INDEX}",
        f"-- migrate: no-transaction please\n{INDEX}",
        f"  {MARKER}\n{INDEX}",
        f"/**/{MARKER}\n{INDEX}",
        f"/* Builds it. */\n{MARKER}\n{INDEX}",
        f"CREATE INDEX CONCURRENTLY {MARKER}\ni ON t (a);",
        f"{INDEX}{MARKER}\n",
    ],
)
def test_one_that_is_spelled_otherwise_or_stands_elsewhere_has_no_effect(text: str) -> None:
    """The statement is refused, in words that spell the marker and say where it stands."""
    [problem] = inspect(text).problems
    assert not inspect(text).is_alone
    assert f"a separate file that starts with the line {MARKER!r}" in problem.remedy


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT '\n{MARKER}\n'",
        f"SELECT $$\n{MARKER}\n$$",
        f"/*\n{MARKER}\n*/ SELECT 1",
        "-- migrate: no transactions are lost by this\nSELECT 1",
        "-- migrate: the users' names\nSELECT 1",
    ],
)
def test_what_is_no_such_comment_is_let_be(text: str) -> None:
    """Strings, block comments and prose."""
    inspection = inspect(text)
    assert (False, []) == (inspection.is_alone, inspection.problems)


def test_a_statement_that_runs_alone_needs_the_marker() -> None:
    """Every one is named with the way out."""
    remedy = "move it into a separate file that starts with the line '-- migrate: no-transaction'"
    expected = [
        f"07_index.sql:2: CREATE INDEX CONCURRENTLY IF cannot run in a transaction, {remedy}, "
        "as CREATE INDEX CONCURRENTLY IF NOT EXISTS name ON table",
        f"07_index.sql:3: VACUUM cannot run in a transaction, {remedy}",
    ]
    assert expected == describe(f"SELECT 1;\n{INDEX}VACUUM")


def test_a_marked_file_holds_one_statement() -> None:
    """Two would share a transaction after all, which is what the marker says they cannot."""
    expected = ["07_index.sql:3: a file marked no-transaction holds one statement, this one 2, give each its own file"]
    assert expected == describe(f"{MARKER}\n{INDEX}SELECT 1")


def test_a_marker_without_a_statement_is_a_problem() -> None:
    """There is nothing that it could be about."""
    expected = ["07_index.sql:1: a file marked no-transaction holds one statement, this one 0, give each its own file"]
    assert expected == describe(f"-- x\n{MARKER}\n")


def test_the_marker_does_not_allow_transaction_control() -> None:
    """A lone COMMIT does nothing that a migration could mean."""
    assert ["COMMIT breaks up the transaction that records the file"] == [
        problem.what for problem in inspect(f"{MARKER}\nCOMMIT").problems
    ]
