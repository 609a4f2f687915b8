"""Which statements may go alone, and what is looked for afterwards."""

from __future__ import annotations

import pytest

from runtime.migration.check.inspection import Inspection

MARKER = "-- migrate: no-transaction\n"


def inspect(statement: str) -> Inspection:
    return Inspection("01_a.sql", (MARKER + statement).encode())


EFFECTS = {
    "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)": ("i", "t"),
    "create unique index concurrently if not exists I_1 on only public.t using gin (a) where b;": ("I_1", "public.t"),
    'CREATE INDEX CONCURRENTLY IF NOT EXISTS "My ""I" ON "S"."T" (a)': None,
    'CREATE INDEX CONCURRENTLY IF NOT EXISTS "My I" ON "S" . "T"(a)': ('"My I"', '"S" . "T"'),
    "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON public /* x */ . t (a)": None,
    'CREATE INDEX CONCURRENTLY IF NOT EXISTS größe ON "a""b" (a)': None,
    "CREATE INDEX CONCURRENTLY IF NOT EXISTS größe ON übersicht --y\n(a)": ("größe", "übersicht"),
    "CREATE/* x */INDEX --y\n CONCURRENTLY\tIF NOT\r\nEXISTS i ON t (a)": ("i", "t"),
    "DROP INDEX CONCURRENTLY IF EXISTS public.i": ("public.i", ""),
    "DROP INDEX CONCURRENTLY IF EXISTS i CASCADE;": ("i", ""),
    "VACUUM (ANALYZE) public.t": ("", ""),
    "REINDEX TABLE CONCURRENTLY t": ("", ""),
    "REINDEX (CONCURRENTLY) INDEX i": ("", ""),
    "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'calm'": ("", ""),
    """ALTER TYPE public."My mood" ADD VALUE IF NOT EXISTS 'calm'""": ("", ""),
}
BY_HAND = "leave it out: no migration can hold it, it has to be run by hand"
CREATE = "write CREATE INDEX CONCURRENTLY IF NOT EXISTS name ON table, the names plain or in simple quotes"
DROP = "write DROP INDEX CONCURRENTLY IF EXISTS name, the names plain or in simple quotes"
UNMARK = "remove the line '-- migrate: no-transaction': it can share a transaction"
REFUSED = {
    "CREATE INDEX CONCURRENTLY i ON t (a)": CREATE,
    "CREATE INDEX CONCURRENTLY ON t (a)": CREATE,
    "DROP INDEX CONCURRENTLY i": DROP,
    "DROP INDEX CONCURRENTLY IF EXISTS i, j": DROP,
    "ALTER TYPE mood ADD VALUE 'calm'": "write ALTER TYPE name ADD VALUE IF NOT EXISTS",
    "CREATE DATABASE d": BY_HAND,
    "DROP DATABASE IF EXISTS d": BY_HAND,
    "ALTER SYSTEM SET work_mem = '1MB'": BY_HAND,
    "ALTER TABLE t DETACH PARTITION p CONCURRENTLY": "write it without CONCURRENTLY",
    "ALTER SUBSCRIPTION s REFRESH PUBLICATION": BY_HAND,
    "ALTER SUBSCRIPTION s ADD PUBLICATION p": "write it WITH (refresh = false)",
    "INSERT INTO t VALUES (1)": UNMARK,
}


@pytest.mark.parametrize("statement", EFFECTS)
def test_a_repeatable_statement_has_an_effect_to_look_for(statement: str) -> None:
    """Names as the file spells them; a name that the pattern cannot take is refused, not guessed."""
    inspection = inspect(statement)
    found = None if inspection.problems else (inspection.index, inspection.table)
    assert (found, inspection.is_alone) == (EFFECTS[statement], True)


@pytest.mark.parametrize("statement", REFUSED)
def test_a_statement_that_harms_when_it_runs_twice_is_refused(statement: str) -> None:
    """It can carry no guard, so an answer that is lost would leave no safe way on."""
    [problem] = inspect(statement).problems
    assert problem.what.endswith(": a statement outside of a transaction has to be repeatable")
    assert problem.remedy == REFUSED[statement]
