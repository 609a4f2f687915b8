"""A migration that failed is shown as a block: what failed, where, what stays applied, what is left, the next step."""

from __future__ import annotations

from operations.executions.failure_block import read_failure, render_failure
from operations.executions.follow import Ended
from operations.executions.lines import render_result
from operations.executions.verdict import Verdict
from runtime.migration.failure import Failure
from tests.operations.executions.examples import execution, summary, task
from tests.support.scripted_google import CATALOG

COUNTS = {"applied": 2, "already": 3, "pending": 13}


def fail(**values: object) -> dict[str, object]:
    failure = Failure("04_t.sql", 'column "nope" does not exist')
    failure.sqlstate = "42703"
    failure.left = ["05_u.sql"]
    for name, value in values.items():
        setattr(failure, name, value)
    return failure.as_fields()


def test_a_known_place_is_shown_with_its_line_and_the_caret() -> None:
    """As psql shows them."""
    place = {"line": 4, "column": 11, "source": "SELECT i, nope", "caret": "          ^"}
    assert render_failure(fail(applied=["02_a.sql", "03_b.sql"], hint="Look.", **place), COUNTS) == [
        '  what failed    column "nope" does not exist (SQLSTATE 42703)',
        "  hint           Look.",
        "  where          04_t.sql:4:11",
        "                     SELECT i, nope",
        "                               ^",
        "  stays applied  02_a.sql, 03_b.sql",
        "  left           04_t.sql, 05_u.sql and 11 more",
    ]


def test_likely_statements_are_called_likely() -> None:
    """The server gives no position with most failures of utility statements."""
    two = ["line 4: ALTER TABLE t ADD UNIQUE (k)", "line 2: CREATE INDEX ON t (k)"]
    assert render_failure(fail(statements=two), {"pending": 2})[1:] == [
        "  where          04_t.sql",
        "                 probably in one of these, the likeliest first",
        "                     line 4: ALTER TABLE t ADD UNIQUE (k)",
        "                     line 2: CREATE INDEX ON t (k)",
        "  stays applied  nothing of this run",
        "  left           04_t.sql, 05_u.sql",
    ]


def test_a_line_that_is_the_statement_is_shown_once() -> None:
    """In a file of one statement."""
    whole = {"line": 2, "source": "DROP TABLE t;", "statements": ["line 2: DROP TABLE t"]}
    assert render_failure(fail(**whole), {})[1:3] == [
        "  where          04_t.sql:2",
        "                     DROP TABLE t;",
    ]
    part = {"line": 3, "source": "  ALTER t;", "statements": ["line 2: DO $$ BEGIN ALTER t; END $$"]}
    assert render_failure(fail(**part), {})[3] == "                     line 2: DO $$ BEGIN ALTER t; END $$"


def test_a_message_of_several_lines_is_shown_whole() -> None:
    """A RAISE may print anything; a terminal is not driven by it."""
    fields = fail(message="first\nLINE 40: second \x1b[31m", left=[])
    summaries = {0: summary("failed", failure=fields, counts={"pending": 1}, remedy="correct the file")}
    migrate = CATALOG.find("migrate")
    ended = Ended(execution(), [task(1)], Verdict("failed", 1, "04_t.sql failed"), complete=True)
    shown = render_result(CATALOG.environment("stage"), migrate, ended, summaries).split("\n")
    assert shown[0] == "migrate in stage: failed after 12.0 s"
    assert shown[1:3] == ["  what failed    first", "                 LINE 40: second \\x1b[31m (SQLSTATE 42703)"]
    assert "  next: correct the file" in shown


def test_fields_of_another_kind_are_left_out() -> None:
    """A log may hold anything; protocol buffers make floats of all numbers."""
    failure = read_failure({"file": "01_a.sql", "line": 4.0, "statements": "x", "column": None, "other": 1})
    assert (failure.place, failure.statements, failure.column) == ("01_a.sql:4", [], 0)
