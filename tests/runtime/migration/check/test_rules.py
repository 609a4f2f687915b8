"""What may not share a query is what a real PostgreSQL refuses there."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg.pq import DiagnosticField

from runtime.migration.check.inspection import Inspection
from runtime.migration.check.rules import ALONE, ROWS, find_rule
from sandbox.postgres import Cluster
from tests.support.databases import cluster as cluster

SCHEMA = b"""
CREATE TABLE t (a int PRIMARY KEY);
CREATE TABLE p (a int) PARTITION BY LIST (a);
CREATE TABLE c PARTITION OF p FOR VALUES IN (1);
CREATE TABLE detach (a int) PARTITION BY LIST (a);
CREATE TABLE "concurrently" PARTITION OF detach FOR VALUES IN (1);
CREATE MATERIALIZED VIEW m AS SELECT 1 AS a;
CREATE UNIQUE INDEX ON m (a);
CREATE INDEX "CONCURRENTLY" ON t (a);
"""
# Only an enabled subscription can be refreshed; one with a slot can neither be dropped nor can its database.
SUBSCRIBE = [
    b"CREATE SUBSCRIPTION running CONNECTION '' PUBLICATION x WITH (connect = false)",
    b"ALTER SUBSCRIPTION running ENABLE",
]
UNSUBSCRIBE = [
    b"ALTER SUBSCRIPTION running DISABLE",
    b"ALTER SUBSCRIPTION running SET (slot_name = NONE)",
    b"DROP SUBSCRIPTION running",
]
REFUSED_IN_COMPANY = [
    "VACUUM",
    "VACUUM (ANALYZE) t",
    "vacuum full t",
    "CREATE DATABASE d",
    "DROP DATABASE d",
    "ALTER DATABASE d SET TABLESPACE pg_default",
    "ALTER DATABASE d WITH TABLESPACE pg_default",
    "ALTER DATABASE d TABLESPACE = pg_default",
    "CREATE TABLESPACE s LOCATION '/s'",
    "DROP TABLESPACE IF EXISTS s",
    "ALTER SYSTEM SET work_mem = '5MB'",
    "CREATE INDEX CONCURRENTLY ON t (a)",
    "create /* a */ unique index -- b\n concurrently IF NOT EXISTS i ON t (a)",
    "DROP INDEX CONCURRENTLY IF EXISTS i",
    "REINDEX TABLE CONCURRENTLY t",
    "REINDEX (VERBOSE) INDEX CONCURRENTLY t_pkey",
    "REINDEX (CONCURRENTLY) TABLE t",
    "REINDEX (VERBOSE off, CONCURRENTLY true) TABLE t",
    "REINDEX (CONCURRENTLY 1, VERBOSE) TABLE t",
    "REINDEX SCHEMA public",
    "REINDEX (VERBOSE) SCHEMA CONCURRENTLY public",
    "REINDEX DATABASE postgres",
    "REINDEX SYSTEM postgres",
    "CLUSTER",
    "CLUSTER VERBOSE",
    "CLUSTER (VERBOSE off)",
    "DISCARD ALL",
    "ALTER TABLE p DETACH PARTITION c CONCURRENTLY",
    'ALTER TABLE IF EXISTS ONLY public.detach DETACH PARTITION public."concurrently" CONCURRENTLY -- now',
    "CREATE SUBSCRIPTION s CONNECTION 'dbname=postgres' PUBLICATION x, y WITH (enabled)",
    "ALTER SUBSCRIPTION running REFRESH PUBLICATION WITH (copy_data)",
    "ALTER SUBSCRIPTION running SET PUBLICATION x",
    "ALTER SUBSCRIPTION running ADD PUBLICATION y WITH (copy_data, refresh = true)",
]
ALLOWED_IN_COMPANY = [
    "ANALYZE t",
    "ALTER DATABASE postgres SET work_mem = '5MB'",
    "ALTER DATABASE postgres SET tablespace.x TO y",
    "ALTER DATABASE postgres SET tablespace = y",
    "REINDEX TABLE t",
    "REINDEX (CONCURRENTLY false) TABLE t",
    "REINDEX (CONCURRENTLY off, VERBOSE) INDEX t_pkey",
    'REINDEX INDEX "CONCURRENTLY"',
    "CLUSTER t USING t_pkey",
    "CLUSTER VERBOSE t USING t_pkey",
    "DISCARD PLANS",
    'DROP INDEX "CONCURRENTLY"',
    "ALTER TABLE p DETACH PARTITION c",
    'ALTER TABLE detach DETACH PARTITION "concurrently"',
    "ALTER TABLE t ADD COLUMN b text DEFAULT 'DETACH PARTITION c CONCURRENTLY'",
    "CREATE INDEX concurrent ON t (a)",
    "CREATE TABLE vacuum (analyze_ int)",
    "REFRESH MATERIALIZED VIEW CONCURRENTLY m",
    "ALTER TYPE mood ADD VALUE 'sad'",
    "CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION x WITH (connect = false)",
    "CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION x WITH (create_slot = false)",
    "ALTER SUBSCRIPTION running SET PUBLICATION x WITH (refresh = false)",
    "ALTER SUBSCRIPTION running ADD PUBLICATION z WITH (refresh = off)",
    "ALTER SUBSCRIPTION running SET (slot_name = 'x')",
    "DROP SUBSCRIPTION IF EXISTS s",
    "PREPARE vacuum AS SELECT 1",
    "SELECT 'VACUUM'",
]


def kind_of(text: str) -> str:
    content = text.encode()
    return find_rule(Inspection("01_a.sql", content).statements[0], content)[0]


@pytest.fixture(scope="module")
def connection(cluster: Cluster) -> Iterator[psycopg.Connection]:
    """A superuser's, so that no missing right hides the answer."""
    cluster.create_database("commands")
    with psycopg.connect(cluster.conninfo("commands", "supabase_admin"), autocommit=True) as opened:
        opened.pgconn.exec_(SCHEMA)
        for command in SUBSCRIBE:
            opened.pgconn.exec_(command)
        yield opened
        for command in UNSUBSCRIBE:
            opened.pgconn.exec_(command)
    cluster.drop_database("commands")


def is_refused_in_company(connection: psycopg.Connection, command: str) -> bool:
    result = connection.pgconn.exec_(f"SELECT 1;\n{command}\n;\nSELECT 1 / 0".encode())
    return result.error_field(DiagnosticField.SQLSTATE) == b"25001"


@pytest.mark.parametrize("command", REFUSED_IN_COMPANY)
def test_postgresql_refuses_what_is_listed_to_run_alone(connection: psycopg.Connection, command: str) -> None:
    """Such a file is refused before anything is sent, FR-SJ-002.1, and for good reason."""
    assert (ALONE, True) == (kind_of(command), is_refused_in_company(connection, command))


@pytest.mark.parametrize("command", ALLOWED_IN_COMPANY)
def test_postgresql_takes_what_is_not_listed_to_run_alone(connection: psycopg.Connection, command: str) -> None:
    """A file that would have run is never held up by its looks."""
    assert ("", False) == (kind_of(command), is_refused_in_company(connection, command))


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        ("COPY t FROM STDIN", ROWS),
        ('copy public."from" (a, b) from /* x */ stdin with (format csv)', ROWS),
        ("COPY BINARY t FROM stdout", ROWS),
        ("COPY t TO STDOUT", ""),
        ("COPY (SELECT a FROM stdin) TO STDOUT", ""),
        ("COPY t FROM '/tmp/stdin'", ""),
        ("COPY stdin FROM PROGRAM 'cat'", ""),
    ],
)
def test_a_copy_whose_rows_the_client_sends_is_distinguished_from_others(command: str, kind: str) -> None:
    """There is no client behind the Management API that could send them."""
    assert kind == kind_of(command)
