"""The texts that are sent, as PostgreSQL's own parser reads them."""

from __future__ import annotations

import pglast
import pytest

from runtime.migration.files import MigrationFile
from runtime.migration.queries import compose_alone, compose_bookkeeping, compose_file, compose_record

FILE = MigrationFile("01_a.sql", b"SELECT 1; -- one\r\nSELECT 'two' -- no end")


def kinds(text: str) -> list[str]:
    return [type(statement.stmt).__name__ for statement in pglast.parse_sql(text)]


def test_a_files_request_is_guard_file_and_row() -> None:
    """In this order: the guard has to come first, the row last."""
    text, start = compose_file(FILE, "migrate-x7", 3)
    after = ["VariableSetStmt", "ConstraintsSetStmt", "VariableSetStmt", "DoStmt", "SelectStmt"]
    assert kinds(text) == ["DoStmt", "SelectStmt", "SelectStmt", *after]
    assert text[start:].startswith("SELECT 1; -- one\nSELECT 'two' -- no end\n;\n")


def test_a_statement_outside_a_transaction_goes_with_a_comment_only() -> None:
    """Anything else in the text would be a transaction."""
    text, start = compose_alone(FILE)
    assert kinds(text) == ["SelectStmt", "SelectStmt"]
    assert text[start:] == "SELECT 1; -- one\nSELECT 'two' -- no end"


@pytest.mark.parametrize(("index", "table"), [("", ""), ("i", ""), ("i", "t")])
def test_the_row_of_a_statement_outside_a_transaction_is_guarded_like_a_file(index: str, table: str) -> None:
    """And checked, if there is something to look for."""
    assert kinds(compose_record(FILE, index, table, "x")) == ["DoStmt", "DoStmt", "SelectStmt"]


def test_bookkeeping_confirms_itself() -> None:
    """Its last row says so, with or without rows of files."""
    assert kinds(compose_bookkeeping([])) == ["DoStmt", "SelectStmt"]
    assert kinds(compose_bookkeeping([(FILE, "baseline")])) == ["DoStmt", "SelectStmt"]


def test_every_request_bears_the_name_of_what_it_does() -> None:
    """By it a later reading of the tracking table knows that the server is still at work on it."""
    for text in (compose_file(FILE, "", 0)[0], compose_alone(FILE)[0], compose_record(FILE, "", "", "")):
        assert text.startswith("/* migrate: 01_a.sql */")
    assert compose_bookkeeping([]).startswith("/* migrate: bookkeeping */")


def test_texts_are_quoted() -> None:
    """An execution's name comes from the environment, an index's from the file."""
    record = compose_record(FILE, '"it\'s"', "t", "o'brien")
    assert "'o''brien'" in record
    assert "'\"it''s\"'" in record
    assert kinds(record) == ["DoStmt", "DoStmt", "SelectStmt"]


def test_no_text_ends_the_block_that_it_stands_in() -> None:
    """Not even one with the block's own delimiter."""
    for name in ("$migrate$", "$migrate$ $migrate_$"):
        assert kinds(compose_file(FILE, name, 0)[0])[-2:] == ["DoStmt", "SelectStmt"]
        assert kinds(compose_bookkeeping([(FILE, name)])) == ["DoStmt", "SelectStmt"]


def test_what_a_row_says_fits_its_column() -> None:
    """applied_by holds 255 characters, a renamed file's old name alone may have as many."""
    query = compose_bookkeeping([(FILE, "renamed from " + "x" * 255)])
    assert f"'renamed from {'x' * 242}'" in query
