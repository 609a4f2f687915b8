"""The example migrations, each sent as one request."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from sandbox.supabase import Supabase
from tests.sandbox.supabase.client import Client

FILES = sorted((Path(__file__).parents[3] / "migrations").iterdir(), key=lambda path: path.name.encode())
MEMBER = "00000000-0000-4000-8000-000000000001"
STRANGER = "00000000-0000-4000-8000-000000000002"


@pytest.fixture
def migrated(client: Client) -> Supabase:
    """A project to which every file was applied."""
    for path in FILES:
        assert (path.name, *client.query(path.read_text()).outcome)[:2] == (path.name, 201)
    return client.supabase


def _see(supabase: Supabase, user: str, table: str) -> int:
    """How many of the table's rows this signed-in user sees."""
    claims = json.dumps({"sub": user, "role": "authenticated"})
    ((count,),) = supabase.select(
        f"SELECT set_config('role', 'authenticated', true), set_config('request.jwt.claims', '{claims}', true);"
        f"SELECT count(*) FROM {table}"
    )
    return int(count)


def test_the_names_are_those_of_migrations() -> None:
    """FR-SJ-002.1: NN_name.sql, a letter after the number allowed; nothing else is in the folder."""
    assert [path.name for path in FILES if not re.fullmatch(r"[0-9]+[a-z]?_[a-z0-9_]+\.sql", path.name)] == []


def test_they_apply_again_without_harm(client: Client, migrated: Supabase) -> None:
    """NFR-SJ-001.1: an accident that runs one of them a second time destroys nothing and fails nowhere."""
    assert [path.name for path in FILES if client.query(path.read_text()).status != 201] == []


def test_none_of_them_destroys() -> None:
    """The examples are safe to run anywhere: they drop, truncate, delete and update nothing."""
    destructive = re.compile(r"^\s*(DROP|TRUNCATE|DELETE|UPDATE)\b", re.MULTILINE)
    assert [path.name for path in FILES if destructive.search(path.read_text())] == []


def test_only_one_needs_to_run_outside_a_transaction(client: Client) -> None:
    """It carries the marker, and is refused together with anything else."""
    marked = [path for path in FILES if path.read_text().startswith("-- migrate: no-transaction\n")]
    assert [path.name for path in marked] == ["08_cloud_accounts_sync_index.sql"]
    assert client.query(f"SELECT 1;\n{marked[0].read_text()}").json()["message"].split(": ")[2].strip() == "25001"


def test_every_table_is_closed_to_strangers(migrated: Supabase) -> None:
    """Row level security is on everywhere, partitions included."""
    tables = "FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
    assert migrated.select(f"SELECT relname {tables} AND NOT relrowsecurity") == []


def test_a_member_sees_the_organization_and_nobody_else_does(migrated: Supabase) -> None:
    """The policies do what their names say, as the API's role sees it."""
    migrated.select(
        f"""
        INSERT INTO auth.users (id) VALUES ('{MEMBER}'), ('{STRANGER}');
        INSERT INTO organizations (org_slug, display_name) VALUES ('acme', 'Acme');
        INSERT INTO organization_members SELECT id, '{MEMBER}' FROM organizations;
        INSERT INTO cloud_accounts (organization_id, provider, account_ref) SELECT id, 'gcp', 'a' FROM organizations;
        INSERT INTO cost_records SELECT id, current_date, 'bigquery', 1.5, 'USD' FROM cloud_accounts;
        """
    )
    tables = ("organizations", "organization_members", "cloud_accounts", "cost_records", "monthly_costs")
    assert [_see(migrated, MEMBER, table) for table in tables] == [1] * 5
    assert [_see(migrated, STRANGER, table) for table in tables] == [0] * 5
