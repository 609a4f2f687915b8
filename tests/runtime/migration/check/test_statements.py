"""Statements are those that PostgreSQL's own grammar finds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.migration.check.inspection import Inspection
from runtime.migration.check.rules import CONTROL, find_rule
from tests.runtime.migration.check.hard_texts import BODY, HARD_TEXTS
from tests.runtime.migration.check.postgres_parser import Parsed, parse

TRIVIA = ["", " ", "\n", "\r\n", "-- it's; COMMIT\n", "--\r", "/* ; /* ' */ $$ */", "-- migrate: no-transaction\n"]
TEXTS = [text for text in HARD_TEXTS.values() if len(text) < 1000]


def read(text: str) -> list[Parsed]:
    content = text.encode()
    statements = Inspection("01_a.sql", content).statements
    return [Parsed(one.start, one.end, find_rule(one, content)[0] == CONTROL) for one in statements]


@pytest.mark.parametrize("text", HARD_TEXTS.values(), ids=HARD_TEXTS)
def test_hard_texts_are_split_as_postgresql_splits_them(text: str) -> None:
    """Number, place and transaction control of the statements, FR-SJ-002.1: what is sent is what was checked."""
    assert parse(text) == read(text)


@given(st.lists(st.tuples(st.sampled_from(TRIVIA), st.sampled_from(TEXTS), st.sampled_from(TRIVIA)), max_size=5))
def test_texts_one_behind_the_other_are_split_as_postgresql_splits_them(parts: list[tuple[str, str, str]]) -> None:
    """What stands before a statement never changes how it is read."""
    text = "\n;\n".join("".join(part) for part in parts)
    assert parse(text) == read(text)


@pytest.mark.parametrize("text", HARD_TEXTS.values(), ids=HARD_TEXTS)
def test_what_is_joined_behind_a_text_stays_a_statement(text: str) -> None:
    """The record that the runner sends behind a file is never part of its last statement, nor of its last comment."""
    sent = f"{text}\n;\nSELECT 1"
    record = Parsed(len(sent.encode()) - len("SELECT 1"), len(sent.encode()), False)
    assert [record] == read(sent)[len(read(text)) :]
    assert parse(sent) == read(sent)


def test_lines_are_counted_at_every_kind_of_line_end() -> None:
    """LF, CRLF and CR, as editors show them."""
    content = b"COMMIT;\nCOMMIT;\r\nCOMMIT;\rCOMMIT\n; COMMIT"
    assert [1, 2, 3, 4, 5] == [problem.line for problem in Inspection("01_a.sql", content).problems]


@pytest.mark.parametrize("opened", [f"{BODY} SELECT 1;", "CREATE RULE r AS ON INSERT TO t DO (SELECT 1;"])
def test_a_nested_statement_that_is_never_closed_is_a_problem_of_its_first_line(opened: str) -> None:
    """PostgreSQL would name the end of the file, far from the mistake."""
    inspection = Inspection("01_a.sql", f"SELECT 1;\n{opened}\nSELECT 2;\nCOMMIT;\n".encode())
    assert ["01_a.sql:2: a parenthesis or BEGIN ATOMIC of this statement is never closed, close it"] == [
        str(problem) for problem in inspection.problems
    ]
