"""Everything that can be known to be wrong is known before anything is sent."""

from __future__ import annotations

from runtime.migration.check.inspection import check_files
from runtime.migration.check.places import Problem
from runtime.migration.files import MigrationFile
from runtime.services.supabase import BODY_LIMIT

INDEX = b"-- migrate: no-transaction\nCREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)"


def find_problems(files: list[MigrationFile]) -> list[Problem]:
    return [problem for inspection in check_files(files) for problem in inspection.problems]


def test_good_files_have_no_problems() -> None:
    """Only a marked file goes alone."""
    files = [MigrationFile("01_a.sql", b"SELECT 1"), MigrationFile("02_b.sql", INDEX)]
    assert [(one.name, one.is_alone, one.problems) for one in check_files(files)] == [
        ("01_a.sql", False, []),
        ("02_b.sql", True, []),
    ]


def test_two_pending_files_of_the_same_content_are_refused() -> None:
    """Recorded content counts as applied: whether the second one runs would depend on a crash in between."""
    twins = [MigrationFile("01_a.sql", b"SELECT 1"), MigrationFile("02_b.sql", b"SELECT 1")]
    problems = find_problems(twins)
    assert [str(problem) for problem in problems] == [
        "02_b.sql:1: the content is that of 01_a.sql, remove one, or tell them apart by a comment"
    ]


def test_a_file_beyond_the_services_limit_is_refused_and_one_below_is_not() -> None:
    """The whole request counts, in bytes, as JSON."""
    small = MigrationFile("01_a.sql", b"SELECT '" + b"x" * (BODY_LIMIT - 12_000) + b"'")
    large = MigrationFile("02_b.sql", b"SELECT '" + b"x" * BODY_LIMIT + b"'")
    quoted = MigrationFile("03_c.sql", b"SELECT '" + b'"' * (BODY_LIMIT // 2) + b"'")
    problems = find_problems([small, large, quoted])
    assert [(problem.filename, problem.remedy) for problem in problems] == [
        ("02_b.sql", "split the file"),
        ("03_c.sql", "split the file"),
    ]


def test_a_file_without_valid_text_is_reported_not_sent() -> None:
    """Not UTF-8, NUL, BOM: the composition of the request is not even tried."""
    files = [
        MigrationFile("01_a.sql", b"SELECT '\xff'"),
        MigrationFile("02_b.sql", b"SELECT 1\0"),
        MigrationFile("03_c.sql", b"\xef\xbb\xbfSELECT 1"),
    ]
    problems = find_problems(files)
    assert [problem.filename for problem in problems] == ["01_a.sql", "02_b.sql", "03_c.sql"]
