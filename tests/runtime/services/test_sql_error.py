"""What the Management API says of a query that PostgreSQL refused, taken apart."""

from __future__ import annotations

import json

import pytest

from runtime.services.sql_error import SqlError, parse_sql_error

QUERY = "SELECT 1;\nSELECT i, nope\n  FROM t;\nSELECT 3"


def parse(text: str, query: str = QUERY) -> SqlError:
    error = parse_sql_error(f"Failed to run sql query: ERROR:  {text}", query)
    assert error is not None
    return error


def test_the_position_is_that_of_the_caret() -> None:
    """In characters of the query."""
    error = parse('42703: column "nope" does not exist\nLINE 2: SELECT i, nope\n                  ^\n')
    assert (error.position, error.message) == (QUERY.index("nope"), 'column "nope" does not exist')


def test_every_part_is_kept_by_its_name() -> None:
    """Also one of several lines."""
    error = parse("P0001: first\nsecond\nDETAIL:  d\nd2\nHINT:  h\nCONTEXT:  PL/pgSQL function f() line 3 at RAISE\n")
    assert (error.message, error.position) == ("first\nsecond", None)
    assert error.sections == {"DETAIL": "d\nd2", "HINT": "h", "CONTEXT": "PL/pgSQL function f() line 3 at RAISE"}
    assert error.problem == (
        "SQLSTATE P0001: first second DETAIL: d d2 HINT: h CONTEXT: PL/pgSQL function f() line 3 at RAISE"
    )


@pytest.mark.parametrize(
    "printed",
    ["LINE 99: x\n        ^\n", "LINE 2: SELECT i, other\n             ^\n", "LINE 2: SELECT i, nope\nno caret\n"],
)
def test_what_only_looks_like_a_place_is_part_of_the_message(printed: str) -> None:
    """A RAISE prints anything; the server's own line is one of the query's."""
    error = parse(f"P0001: {printed}CONTEXT:  PL/pgSQL function f() line 3 at EXECUTE\n")
    assert (error.position, error.message) == (None, printed.strip())


def test_a_place_printed_by_a_raise_is_none_even_if_it_fits() -> None:
    """The server gives no position with a RAISE."""
    text = "P0001: x\nLINE 2: SELECT i, nope\n                  ^\nCONTEXT:  PL/pgSQL function f() line 3 at RAISE\n"
    assert parse(text).position is None
    text = "P0001: x\nLINE 0: \n        ^\nCONTEXT:  PL/pgSQL function f() line 3 at RAISE\n"
    assert (parse(text).position, parse(text).message) == (None, "x\nLINE 0: \n        ^")


def test_a_place_within_a_functions_own_text_is_none_of_the_querys() -> None:
    """PostgreSQL's position then counts in that text."""
    text = '42703: column "x" does not exist\nQUERY:  SELECT x\nCONTEXT:  PL/pgSQL function f() line 3 at EXECUTE\n'
    assert (parse(text).position, parse(text).sections["QUERY"]) == (None, "SELECT x")


def test_a_place_at_the_end_of_the_text_is_its_end() -> None:
    """The service calls it line 0."""
    assert parse("42601: syntax error at end of input\nLINE 0: \n        ^\n").position == len(QUERY)


def test_characters_of_two_utf_16_units_do_not_shift_the_position() -> None:
    """The service counts PostgreSQL's characters in JavaScript's units, and so names an earlier place."""
    query = "SELECT '\U0001f680\U0001f680';\nSELECT nope;"
    # Position 20 counts from 1 to the n of nope, whose index is 19; its 19 units end two characters before.
    number, units = 2, query.index("nope") - len("SELECT '....';\n")
    pointed = f"LINE {number}: SELECT nope;\n{' ' * (len('LINE 2: ') + units)}^\n"
    assert parse(f'42703: column "nope" does not exist\n{pointed}', query).position == query.index("nope")


@pytest.mark.parametrize("text", [None, 5, "", "a text that quotes ERROR:  42601: x", json.dumps({})])
def test_a_text_without_a_sqlstate_at_its_place_is_no_sql_error(text: object) -> None:
    """`not applied` is concluded from nothing less."""
    assert parse_sql_error(text, QUERY) is None
