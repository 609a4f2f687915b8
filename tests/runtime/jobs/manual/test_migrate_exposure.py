"""After any file, the public roles have no right on the tracking table."""

from __future__ import annotations

import pytest

from tests.runtime.jobs.manual.project import FIRST, Overtaken, Project, reset_roles

TABLE = "public.schema_migrations"
MEMBER = "CREATE ROLE helper; GRANT anon, helper TO postgres; "
# Applied, and what it opened shut again in the same request.
SHUT = {
    "all tables": "GRANT ALL ON ALL TABLES IN SCHEMA public TO authenticated",
    "all tables to everybody": "GRANT ALL ON ALL TABLES IN SCHEMA public TO PUBLIC",
    "all sequences": "GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO anon, authenticated, PUBLIC",
    "a column": f"GRANT SELECT (filename), UPDATE (checksum) ON {TABLE} TO anon",
    "a column of the sequence": f"GRANT SELECT (last_value) ON TABLE {TABLE}_id_seq TO anon",
    "the sequence, no longer its column's": (
        f"ALTER SEQUENCE {TABLE}_id_seq OWNED BY NONE; GRANT ALL ON SEQUENCE {TABLE}_id_seq TO anon, PUBLIC"
    ),
    "truncation alone": f"GRANT TRUNCATE ON {TABLE} TO anon",
    "the right to grant": (
        f"GRANT SELECT ON {TABLE} TO authenticated WITH GRANT OPTION; SET ROLE authenticated; "
        f"GRANT SELECT ON {TABLE} TO anon"
    ),
    "by another grantor": (
        f"GRANT SELECT ON {TABLE} TO service_role WITH GRANT OPTION; SET ROLE service_role; "
        f"GRANT SELECT ON {TABLE} TO anon, PUBLIC"
    ),
    "through a role": f"CREATE ROLE reader; GRANT DELETE ON {TABLE} TO reader; GRANT reader TO anon",
    "no row level security": f"ALTER TABLE {TABLE} DISABLE ROW LEVEL SECURITY; GRANT ALL ON {TABLE} TO anon",
    "policies": (
        f'CREATE POLICY everybody ON {TABLE} USING (true); CREATE POLICY "odd "" name" ON {TABLE} TO anon USING (true)'
    ),
    "policies, by a loop": (
        "DO $$ DECLARE r record; BEGIN FOR r IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP "
        "EXECUTE format('GRANT DELETE ON public.%I TO anon', r.tablename); "
        "EXECUTE format('CREATE POLICY everybody ON public.%I FOR ALL USING (true)', r.tablename); END LOOP; END $$"
    ),
    "at the end of the transaction": (
        "CREATE FUNCTION open_all() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN GRANT ALL ON ALL TABLES IN SCHEMA public TO anon; RETURN NULL; END'; CREATE TABLE late (i int); "
        "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON late DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION open_all(); INSERT INTO late VALUES (1)"
    ),
    "by a trigger on the table itself": (
        "CREATE FUNCTION open_all() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN GRANT ALL ON public.schema_migrations TO anon; RETURN NULL; END'; "
        f"CREATE CONSTRAINT TRIGGER late AFTER INSERT ON {TABLE} DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION open_all()"
    ),
    "under its own search path": (
        "CREATE SCHEMA trap; CREATE FUNCTION trap.never(oid, oid) RETURNS boolean LANGUAGE sql AS 'SELECT false'; "
        "CREATE OPERATOR trap.= (LEFTARG = oid, RIGHTARG = oid, FUNCTION = trap.never); "
        f"CREATE TEMP VIEW pg_roles AS SELECT 1; GRANT ALL ON {TABLE} TO anon; SET search_path = trap, pg_catalog"
    ),
    "with every setting reset": f"GRANT ALL ON {TABLE} TO anon; RESET ALL; SET ROLE anon",
    "with its role changed for good": f"GRANT ALL ON {TABLE} TO anon; SET ROLE service_role",
}
# Refused, since it cannot be taken back: nothing of the file is kept.
REFUSED = {
    "a member of the owner": (
        f"{MEMBER} GRANT CREATE ON SCHEMA public TO helper; ALTER TABLE {TABLE} OWNER TO helper; GRANT helper TO anon",
        "anon is a member of helper, which owns it",
    ),
    "an owner": (f"GRANT CREATE ON SCHEMA public TO anon; ALTER TABLE {TABLE} OWNER TO anon", "anon owns it"),
}
RIGHTS = f"""
SELECT r.rolname, p.privilege FROM pg_roles r, unnest(ARRAY[
  'SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN']) p (privilege)
WHERE r.rolname IN ('anon', 'authenticated') AND has_table_privilege(r.oid, '{TABLE}', p.privilege)
UNION ALL SELECT r.rolname, p.privilege FROM pg_roles r, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) p
  (privilege) WHERE r.rolname IN ('anon', 'authenticated') AND has_any_column_privilege(r.oid, '{TABLE}', p.privilege)
UNION ALL SELECT r.rolname, p.privilege FROM pg_roles r, unnest(ARRAY['USAGE', 'SELECT', 'UPDATE']) p (privilege)
WHERE r.rolname IN ('anon', 'authenticated') AND has_sequence_privilege(r.oid, '{TABLE}_id_seq', p.privilege)
UNION ALL SELECT a.grantee::regrole::text, a.privilege_type
FROM (SELECT relacl FROM pg_class WHERE oid IN ('{TABLE}'::regclass, '{TABLE}_id_seq'::regclass)
  UNION ALL SELECT attacl FROM pg_attribute WHERE attrelid IN ('{TABLE}'::regclass, '{TABLE}_id_seq'::regclass)) acls,
  aclexplode(relacl) a WHERE a.grantee NOT IN ('postgres'::regrole, 'service_role'::regrole)
UNION ALL SELECT 'everybody', polname FROM pg_policy WHERE polrelid = '{TABLE}'::regclass
UNION ALL SELECT 'everybody', 'no row level security' FROM pg_class
WHERE oid = '{TABLE}'::regclass AND NOT relrowsecurity
"""


@pytest.mark.parametrize("kind", SHUT)
def test_after_any_file_no_public_role_has_a_right_of_any_kind(project: Project, kind: str) -> None:
    """In the request that applies it: nobody finds it open in between."""
    project.begin()
    project.write("02_open.sql", text=SHUT[kind])
    result = project.migrate()
    rights = project.supabase.select(RIGHTS)
    reset_roles(project)
    assert (result.exit_status, result.counts) == (0, {"applied": 1, "already": 1})
    assert (rights, project.changes) == ([], ["02_open.sql"])


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_revoked_fails_in_a_sentence_of_its_own(project: Project, kind: str) -> None:
    """Membership and ownership are no grants on the table."""
    project.begin()
    text, reason = REFUSED[kind]
    project.write("02_open.sql", text=text)
    result = project.migrate()
    reset_roles(project)
    assert (result.exit_status, project.recorded, project.supabase.select(RIGHTS)) == (1, [FIRST], [])
    assert result.summary["error"] == (
        "02_open.sql is not applied: after it the tracking table public.schema_migrations would stay open to the "
        f"public: {reason}"
    )


@pytest.mark.parametrize(
    "opened",
    [
        f"GRANT SELECT (filename) ON {TABLE} TO anon",
        f"GRANT INSERT ON {TABLE} TO PUBLIC",
        f"GRANT ALL ON SEQUENCE {TABLE}_id_seq TO authenticated",
        f"ALTER TABLE {TABLE} DISABLE ROW LEVEL SECURITY",
        f"CREATE POLICY everybody ON {TABLE} USING (true)",
    ],
)
def test_what_was_opened_between_two_runs_is_shut_at_the_start(project: Project, opened: str) -> None:
    """By hand, or by an earlier runner; one request more, and only then. A report warns of it."""
    project.begin()
    project.supabase.select(opened)
    assert len(project.migrate("--status").log.events("exposed")) == 1
    assert project.migrate().exit_status == 0
    assert (project.changes, project.supabase.select(RIGHTS)) == (["bookkeeping"], [])
    project.forget()
    assert (project.migrate().exit_status, project.changes) == (0, [])


def test_what_cannot_be_shut_at_the_start_ends_the_run(project: Project) -> None:
    """Nothing is applied to a project whose public roles may rewrite its history."""
    project.begin()
    project.write("02_a.sql")
    project.supabase.select("GRANT pg_read_all_data TO anon")
    result = project.migrate()
    project.supabase.select("REVOKE pg_read_all_data FROM anon")
    assert (result.exit_status, project.runs) == (1, [])
    assert result.summary["error"] == (
        "bookkeeping is not applied: after it the tracking table public.schema_migrations would stay open to the "
        "public: anon is a member of pg_read_all_data"
    )


def test_a_marked_files_table_is_shut_in_the_request_that_writes_its_row(project: Project) -> None:
    """Its own statement has to go alone."""
    project.begin()
    project.write("02_vacuum.sql", text="-- migrate: no-transaction\nVACUUM public.runs")
    transport = Overtaken(3, lambda: project.supabase.select(f"GRANT ALL ON {TABLE} TO anon"))
    assert project.migrate(transport=transport).exit_status == 0
    assert (project.changes, project.supabase.select(RIGHTS)) == (["02_vacuum.sql"] * 2, [])
