"""Which statements may go alone, and what is looked for afterwards."""

from __future__ import annotations

import pytest

from runtime.migration.check.inspection import inspect_migration
from runtime.migration.check.non_transactional import Effect, find_effect
from runtime.migration.check.problems import Problem

MARKER = "-- migrate: no-transaction\n"


def find(statement: str) -> Effect | Problem:
    content = (MARKER + statement).encode()
    inspection = inspect_migration("01_a.sql", content)
    assert [str(problem) for problem in inspection.problems] == []
    return find_effect(inspection, content)


EFFECTS = {
    "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)": ("i", "t"),
    "create unique index concurrently if not exists I_1 on only public.t using gin (a) where b;": ("I_1", "public.t"),
    'CREATE INDEX CONCURRENTLY IF NOT EXISTS "My ""I" ON "S"."T" (a)': None,
    'CREATE INDEX CONCURRENTLY IF NOT EXISTS "My I" ON "S" . "T"(a)': ('"My I"', '"S" . "T"'),
    "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON public /* x */ . t (a)": None,
    'CREATE INDEX CONCURRENTLY IF NOT EXISTS größe ON "a""b" (a)': None,
    "CREATE INDEX CONCURRENTLY IF NOT EXISTS größe ON übersicht --y\n(a)": ("größe", "übersicht"),
    "CREATE/* x */INDEX --y\n CONCURRENTLY\tIF NOT\r\nEXISTS i ON t (a)": ("i", "t"),
    "DROP INDEX CONCURRENTLY IF EXISTS public.i": ("public.i", None),
    "DROP INDEX CONCURRENTLY IF EXISTS i CASCADE;": ("i", None),
    "VACUUM (ANALYZE) public.t": (None, None),
    "REINDEX TABLE CONCURRENTLY t": (None, None),
    "REINDEX (CONCURRENTLY) INDEX i": (None, None),
    "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'calm'": (None, None),
    """ALTER TYPE public."My mood" ADD VALUE IF NOT EXISTS 'calm'""": (None, None),
}
REFUSED = [
    "CREATE INDEX CONCURRENTLY i ON t (a)",
    "CREATE INDEX CONCURRENTLY ON t (a)",
    "DROP INDEX CONCURRENTLY i",
    "DROP INDEX CONCURRENTLY IF EXISTS i, j",
    "ALTER TYPE mood ADD VALUE 'calm'",
    "CREATE DATABASE d",
    "DROP DATABASE IF EXISTS d",
    "ALTER SYSTEM SET work_mem = '1MB'",
    "ALTER TABLE t DETACH PARTITION p CONCURRENTLY",
    "INSERT INTO t VALUES (1)",
]


@pytest.mark.parametrize("statement", EFFECTS)
def test_a_repeatable_statement_has_an_effect_to_look_for(statement: str) -> None:
    """Names as the file spells them; a name that the pattern cannot take is refused, not guessed."""
    effect = find(statement)
    expected = EFFECTS[statement]
    found = (effect.index, effect.table) if isinstance(effect, Effect) else None
    assert found == expected


@pytest.mark.parametrize("statement", REFUSED)
def test_a_statement_that_harms_when_it_runs_twice_is_refused(statement: str) -> None:
    """It can carry no guard, so an answer that is lost would leave no safe way on."""
    problem = find(statement)
    assert isinstance(problem, Problem)
    assert str(problem).startswith("01_a.sql:2: a statement outside of a transaction has to be repeatable, write ")
