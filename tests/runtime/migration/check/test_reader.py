"""The text is cut at the semicolons that PostgreSQL sees, and each byte is passed once."""

from __future__ import annotations

import sys
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pglast.parser import ParseError

from runtime.migration.check.inspection import Inspection
from runtime.migration.check.statements import Reader
from tests.runtime.migration.check.hard_texts import HARD_TEXTS, UNGRAMMATICAL_TEXTS
from tests.runtime.migration.check.postgres_parser import find_semicolons, find_unclosed
from tests.runtime.migration.check.test_lexer import FRAGMENTS

TEXTS = HARD_TEXTS | UNGRAMMATICAL_TEXTS
HOSTILE_UNITS = [
    *("$", "$a", "$a ", "$$", "$a$", "'", "''", "'a' ", "'a'\n", "E'a'\n", "E'", "E'\\", '"', '""', "--", "--\n"),
    *("-- migrate: no-transaction\n", "-- migrate:" + " " * 50, "/*", "*/", "/**/", "/* */ ", "/", "-", "\\", "\\\n"),
    *(";", "(", "();", "a", "a ", "1", "é", "\r", "\n", " ", "BEGIN ATOMIC ", "BEGIN ATOMIC;", "END;", "COMMIT;"),
    *("COPY t FROM stdin;", "COPY t FROM stdin;\n\\.\n", "CREATE RULE r (;", "CREATE FUNCTION f() BEGIN ATOMIC ;"),
    *(
        "ALTER TABLE t DETACH PARTITION a CONCURRENTLY ",
        "REINDEX (",
        "CLUSTER ( ) ",
        "CREATE SUBSCRIPTION WITH CONNECT ",
    ),
]


def cut(content: bytes) -> tuple[list[int], list[str]]:
    ends, problems = list[int](), list[str]()
    reader = Reader(content, 0, lambda _offset, what, _remedy: problems.append(what))
    while not reader.is_at_end:
        ends.append(reader.find_semicolon())
    return [end for end in ends if content.startswith(b";", end)], problems


def count_calls(content: bytes) -> int:
    """The Python and C functions called on the way: a measure of work that no clock disturbs."""
    calls = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    previous = sys.getprofile()
    sys.setprofile(count)
    try:
        Inspection("01_a.sql", content)
    finally:
        sys.setprofile(previous)
    return calls


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_text_is_cut_where_postgresql_finds_semicolons(text: str) -> None:
    """Even if the jumps pass over many tokens at once."""
    assert (find_semicolons(text), []) == cut(text.encode())


@given(st.lists(st.sampled_from([one for one in FRAGMENTS if "\\" not in one]), max_size=25).map("".join))
def test_any_heap_of_fragments_is_cut_as_postgresql_cuts_it(text: str) -> None:
    """And something unclosed is found in each text in which PostgreSQL finds it."""
    try:
        unclosed = find_unclosed(text)
    except ParseError:
        return  # refused for another reason: the server runs nothing of it, however it is read
    semicolons, problems = cut(text.encode())
    assert find_semicolons(text.encode()[:unclosed].decode()) == semicolons
    assert (unclosed is not None) == any("never closed" in problem for problem in problems)


@pytest.mark.parametrize("unit", HOSTILE_UNITS)
def test_work_grows_as_the_text_does(unit: str) -> None:
    """Twice the text costs twice the calls at most, however hostile it is: no file can stall the job.

    What happens inside of a call is linear by the patterns' make, see test_lexer.py.
    """
    once, twice = (count_calls(unit.encode() * count) for count in (400, 800))
    assert twice <= 2 * once + 50
