"""The texts that are sent, as PostgreSQL's own parser reads them."""

from __future__ import annotations

import pglast
import pytest

from runtime.migration.check.non_transactional import Effect
from runtime.migration.files import MigrationFile
from runtime.migration.queries import compose_bookkeeping, compose_file, compose_lone, compose_record

FILE = MigrationFile("01_a.sql", b"SELECT 1; -- one\r\nSELECT 'two' -- no end")


def kinds(text: str) -> list[str]:
    return [type(statement.stmt).__name__ for statement in pglast.parse_sql(text)]


def test_a_files_request_is_guard_file_and_row() -> None:
    """In this order: the guard has to come first, the row last."""
    query = compose_file(FILE, "migrate-x7")
    assert kinds(query.text) == ["DoStmt", "SelectStmt", "SelectStmt", "VariableSetStmt", "InsertStmt"]
    assert query.text.split("\n")[query.lines_before] == "SELECT 1; -- one\r"


def test_a_lone_statement_goes_with_a_comment_only() -> None:
    """Anything else in the text would be a transaction."""
    query = compose_lone(FILE)
    assert kinds(query.text) == ["SelectStmt", "SelectStmt"]
    assert query.text.split("\n")[query.lines_before] == "SELECT 1; -- one\r"


@pytest.mark.parametrize("effect", [Effect(), Effect("i"), Effect("i", "t")])
def test_a_lone_statements_row_is_guarded_like_a_file(effect: Effect) -> None:
    """And checked, where there is something to look for."""
    assert kinds(compose_record(FILE, effect, "x").text) == ["DoStmt", "InsertStmt"]


def test_bookkeeping_confirms_itself() -> None:
    """Its last row says so, with or without rows of files."""
    assert kinds(compose_bookkeeping([]).text) == ["DoStmt", "SelectStmt"]
    assert kinds(compose_bookkeeping([(FILE, "baseline")]).text) == ["DoStmt", "InsertStmt", "SelectStmt"]


def test_every_request_bears_the_name_of_what_it_does() -> None:
    """By it a later reading of the tracking table knows that the server is still at work on it."""
    for query in (compose_file(FILE, ""), compose_lone(FILE), compose_record(FILE, Effect(), "")):
        assert query.text.startswith("/* migrate: 01_a.sql */")
    assert compose_bookkeeping([]).text.startswith("/* migrate: bookkeeping */")


def test_texts_are_quoted() -> None:
    """An execution's name comes from the environment, an index's from the file."""
    record = compose_record(FILE, Effect('"it\'s"', "t"), "o'brien")
    assert "'o''brien'" in record.text
    assert "'\"it''s\"'" in record.text
    assert kinds(record.text) == ["DoStmt", "InsertStmt"]


def test_what_a_row_says_fits_its_column() -> None:
    """applied_by holds 255 characters, a renamed file's old name alone may have as many."""
    query = compose_bookkeeping([(FILE, "renamed from " + "x" * 255)])
    assert f"'renamed from {'x' * 242}'" in query.text
