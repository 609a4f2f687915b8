"""Every reason not to send a file is found at once, with its line and the way out."""

from __future__ import annotations

import pytest

from runtime.migration.check.inspection import Inspection

PSQL = "is a command of psql, not SQL, remove it or say it in SQL"
CONTROL = "breaks up the transaction that records the file, remove it: a file runs in one transaction as it is"
COPY = "COPY t FROM STDIN has no client to send its rows, write them as an INSERT"


def describe(content: bytes) -> list[str]:
    return [str(problem) for problem in Inspection("03_x.sql", content).problems]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "1: the file is empty, write the migration or remove the file"),
        (b" \r\n\t", "1: the file is empty, write the migration or remove the file"),
        (b"\xef\xbb\xbfSELECT 1", "1: the file starts with a byte order mark, save it as UTF-8 without one"),
        (b"SELECT 1;\n-- caf\xe9", "2: byte 0xe9 is not UTF-8, save the file as UTF-8"),
        (b"SELECT\n'\0'", "2: a NUL byte, which no SQL text may hold, remove it, or save the file as UTF-8"),
        (b"SELECT 1;\nSELECT 'it\n''s", "2: the string that starts here is never closed, close it with '"),
        (b"SELECT E'a\\'", "1: the string that starts here is never closed, close it with '"),
        (b'SELECT "a""', '1: the quoted identifier that starts here is never closed, close it with "'),
        (b"/* a /* b */", "1: the block comment that starts here is never closed, close it with */ (one for each /*)"),
        (b"\nDO $a$ $A$ $$", "2: the dollar quote that starts here is never closed, close it with its opening tag"),
        (b"SELECT 1;\n  \\copy t from 'it''s.csv'\n;", f"2: \\copy {PSQL}"),
        (b"SELECT 'CREATE TABLE a ()' \\gexec\nSELECT 1", f"1: \\gexec {PSQL}"),
        (b"\\", f"1: \\ {PSQL}"),
        (b"SELECT 1;\n/* really */ commit\twork\n;", f"2: commit work {CONTROL}"),
        (b"BEGIN;", f"1: BEGIN {CONTROL}"),
        (b"COPY t FROM STDIN", f"1: {COPY}"),
    ],
)
def test_a_problem_is_named_with_line_and_remedy(content: bytes, problem: str) -> None:
    """FR-SJ-002.1: what the Management API could not run, or would run in part, is never sent."""
    assert [f"03_x.sql:{problem}"] == describe(content)


def test_all_problems_of_a_file_are_listed_in_its_order() -> None:
    """One run shows everything that is to be fixed."""
    content = b"""\xef\xbb\xbf-- Begin.
BEGIN;
\\set x 'it is
CREATE INDEX CONCURRENTLY i ON t (a);
SAVEPOINT a; COMMIT;
SELECT '\xff';
SELECT $$;
"""
    assert [
        "the file starts with a byte order mark",
        "BEGIN breaks up the transaction that records the file",
        "\\set is a command of psql, not SQL",
        "CREATE INDEX CONCURRENTLY i cannot run in a transaction",
        "SAVEPOINT a breaks up the transaction that records the file",
        "COMMIT breaks up the transaction that records the file",
        "byte 0xff is not UTF-8",
        "the dollar quote that starts here is never closed",
    ] == [problem.what for problem in Inspection("03_x.sql", content).problems]


def test_the_marker_is_known_behind_a_byte_order_mark() -> None:
    """Only the byte order mark is wrong with such a file."""
    inspection = Inspection("03_x.sql", b"\xef\xbb\xbf-- migrate: no-transaction\nVACUUM")
    assert (True, 1, 1) == (inspection.is_alone, len(inspection.statements), len(inspection.problems))


@pytest.mark.parametrize("content", [b"-- Nothing to do.", b"/* Nothing. */\n", b";"])
def test_a_file_that_says_nothing_is_legal(content: bytes) -> None:
    """PostgreSQL answers it as an empty query; a placeholder in a numbered series is no mistake."""
    inspection = Inspection("03_x.sql", content)
    assert ([], []) == (inspection.statements, inspection.problems)


def test_the_rows_of_a_copy_are_not_read_as_sql() -> None:
    """A dump's rows hold quotes and semicolons: only the COPY is named."""
    content = b"ROLLBACK;\nCOPY t FROM STDIN;\r\n1\tit's; COMMIT;\r\n\\N\t$$\r\n\\.\r\nSELECT 1;\n"
    assert [f"03_x.sql:1: ROLLBACK {CONTROL}", f"03_x.sql:2: {COPY}"] == describe(content)


def test_a_file_of_two_megabytes_is_read() -> None:
    """Twice what the service takes, so that its limit, not the lexer, decides."""
    unit = b"INSERT INTO t VALUES ('it''s; COMMIT', E'\\'', $$;$$); -- ;\n"
    inspection = Inspection("03_x.sql", unit * (2_000_000 // len(unit)) + b"COMMIT")
    assert (2_000_000 // len(unit) + 1, 1) == (len(inspection.statements), len(inspection.problems))
