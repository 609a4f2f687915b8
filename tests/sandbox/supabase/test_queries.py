"""One request is one simple query: rows, errors, transactions, rights."""

from __future__ import annotations

import pytest

from tests.sandbox.supabase.client import Client

PREFIX = "Failed to run sql query: "


def _sqlstate(client: Client, sql: str) -> str:
    """The SQLSTATE of a query that fails."""
    status, body = client.query(sql).outcome
    assert status == 400
    return str(body["message"].removeprefix(PREFIX + "ERROR:  ")[:5])


def _tables(client: Client) -> list[str]:
    return [name for (name,) in client.supabase.select("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("SELECT 1 AS a; SELECT 2 AS b", [{"b": 2}]),
        ("SELECT 1 AS a; SELECT 2 AS b WHERE false", [{"a": 1}]),
        ("SELECT 1 AS a; CREATE TABLE t (i int)", [{"a": 1}]),
        ("CREATE TABLE t (i int)", []),
        ("-- nothing", []),
        ("SELECT 1 AS a, 2 AS a", [{"a": 2}]),
        ("SELECT", [{}]),
        ("DO $$ BEGIN RAISE NOTICE 'heard by nobody'; END $$", []),
    ],
)
def test_201_with_the_rows_of_the_last_statement_that_returned_any(
    client: Client, sql: str, rows: list[dict[str, int]]
) -> None:
    """An empty result does not count as rows, and no rows at all are an empty list."""
    assert client.query(sql).outcome == (201, rows)


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        (
            "SELECT 1;\nSELECT * FROM x",
            'ERROR:  42P01: relation "x" does not exist\nLINE 2: SELECT * FROM x\n' + " " * 22 + "^\n",
        ),
        ("SELECT (", "ERROR:  42601: syntax error at end of input\nLINE 0: \n        ^\n"),
        (
            "DO $$ BEGIN RAISE EXCEPTION 'no' USING DETAIL = 'd', HINT = 'h'; END $$",
            "ERROR:  P0001: no\nDETAIL:  d\nHINT:  h\nCONTEXT:  PL/pgSQL function inline_code_block line 1 at RAISE\n",
        ),
        ("SELECT '\0'", "ERROR:  08P01: invalid message format\n"),
    ],
)
def test_400_with_the_error_in_postgres_metas_form(client: Client, sql: str, message: str) -> None:
    """Severity, SQLSTATE, the line with a caret, detail, hint, context; the key is `message`."""
    assert client.query(sql).outcome == (400, {"message": PREFIX + message})


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("9007199254740991::int8", 9007199254740991),
        ("9007199254740992::int8", "9007199254740992"),
        ("1.10::numeric", "1.10"),
        ("2.0::float8", 2),
        ("0.5::float4", 0.5),
        ("'NaN'::float8", None),
        ("NULL", None),
        ("true", True),
        ("'2026-11-23 08:00:00.5+00'::timestamptz", "2026-11-23 08:00:00.5+00"),
        ("'2026-11-23'::date", "2026-11-23"),
        ("'1 day'::interval", "1 day"),
        ("""'{"a": [1]}'::jsonb""", {"a": [1]}),
        ("ARRAY['a', NULL]", ["a", None]),
        ("ARRAY[1, 2]", [1, 2]),
        ("ARRAY['a'::name]", "{a}"),
        ("'\\x01ff'::bytea", {"type": "Buffer", "data": [1, 255]}),
        ("'10.0.0.1'::inet", "10.0.0.1"),
    ],
)
def test_values_are_those_of_the_services_driver(client: Client, expression: str, value: object) -> None:
    """Numbers if JavaScript holds them exactly; numeric and all points in time as PostgreSQL's text."""
    assert client.query(f"SELECT {expression} AS v").json() == [{"v": value}]


def test_a_request_is_one_transaction(client: Client) -> None:
    """The second statement fails, so the first did not happen."""
    assert (_sqlstate(client, "CREATE TABLE t (i int); SELECT 1 / 0"), _tables(client)) == ("22012", [])


@pytest.mark.parametrize(
    ("sql", "status", "tables"),
    [
        ("CREATE TABLE a (i int); COMMIT; CREATE TABLE b (i int); SELECT 1 / 0", 400, ["a"]),
        ("BEGIN; CREATE TABLE a (i int)", 201, []),
        ("CREATE TABLE a (i int); ROLLBACK", 201, []),
        ("CREATE TABLE a (i int); /* /* */ COMMIT; */ SELECT 1 / 0", 400, []),
        ("CREATE TABLE a (i int); SELECT E'\\'; COMMIT;'; SELECT 1 / 0", 400, []),
        ("CREATE TABLE a (i int); SELECT $q$; COMMIT; $q$; SELECT 1 / 0", 400, []),
    ],
)
def test_transaction_control_in_the_text_is_real(client: Client, sql: str, status: int, tables: list[str]) -> None:
    """COMMIT keeps what precedes it; BEGIN alone, or a last ROLLBACK, nothing; what only looks like them is none."""
    assert (client.query(sql).status, _tables(client)) == (status, tables)


def test_nothing_of_a_session_survives_a_request(client: Client) -> None:
    """Settings, temporary tables and session locks end with the connection.

    The lock is waited for, since a server process ends a moment after its client has gone.
    """
    client.query("SET search_path TO auth; CREATE TEMP TABLE gone (i int); SELECT pg_advisory_lock(1)")
    sql = (
        "SELECT current_setting('search_path') AS path, to_regclass('gone') AS gone, pg_advisory_lock(1)::text AS lock"
    )
    assert client.query(sql).json() == [{"path": '"$user", public, extensions', "gone": None, "lock": ""}]


@pytest.mark.parametrize("statement", ["CREATE INDEX CONCURRENTLY ON t (i)", "VACUUM t"])
def test_some_statements_run_alone_only(client: Client, statement: str) -> None:
    """25001 with anything else in the text, 201 alone."""
    client.query("CREATE TABLE t (i int)")
    assert (_sqlstate(client, f"SELECT 1; {statement}"), client.query(statement).status) == ("25001", 201)


def test_an_enum_value_may_be_added_but_not_used_in_one_request(client: Client) -> None:
    """55P04, and the value was not added either."""
    client.query("CREATE TYPE mood AS ENUM ('sad')")
    assert _sqlstate(client, "ALTER TYPE mood ADD VALUE 'glad'; SELECT 'glad'::mood") == "55P04"
    assert client.query("ALTER TYPE mood ADD VALUE 'glad'; SELECT 1 AS one").outcome == (201, [{"one": 1}])


def test_it_runs_as_postgres_without_superuser(client: Client) -> None:
    """Owner of the database, but not of auth's tables, nor of the server."""
    sql = "SELECT current_user AS me, rolsuper AS super FROM pg_roles WHERE rolname = current_user"
    assert client.query(sql).json() == [{"me": "postgres", "super": False}]
    refused = ["ALTER TABLE auth.users ADD extra int", "ALTER SYSTEM SET jit = on", "COPY pg_class TO PROGRAM 'cat'"]
    assert [_sqlstate(client, sql) for sql in refused] == ["42501"] * 3


def test_a_new_table_is_open_to_the_apis_roles(client: Client) -> None:
    """Contract: that is why the tracking table has to revoke its grants and switch row level security on."""
    client.query("CREATE TABLE t (i int)")
    sql = (
        "SELECT r AS role FROM unnest(ARRAY['anon', 'authenticated']) AS r WHERE has_table_privilege(r, 't', 'DELETE')"
    )
    assert client.query(sql).json() == [{"role": "anon"}, {"role": "authenticated"}]
