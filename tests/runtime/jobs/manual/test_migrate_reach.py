"""What hands the rights of the tracking table's owner on to the public roles is named."""

from __future__ import annotations

import pytest

from tests.runtime.jobs.manual.project import Project, reset_roles

REACHING = {
    "a view": ("CREATE VIEW v AS SELECT * FROM schema_migrations", "view public.v"),
    "a view of a view": (
        "CREATE VIEW inner_v AS SELECT * FROM schema_migrations; REVOKE ALL ON inner_v FROM anon, authenticated; "
        "CREATE VIEW v AS SELECT * FROM inner_v",
        "view public.v",
    ),
    "a function": (
        "CREATE FUNCTION f() RETURNS void LANGUAGE sql SECURITY DEFINER AS 'DELETE FROM public.schema_migrations'",
        "function public.f()",
    ),
    "a trigger's function": (
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS "
        "'BEGIN DELETE FROM schema_migrations; RETURN NULL; END'; "
        "REVOKE ALL ON FUNCTION f FROM PUBLIC, anon, authenticated",
        "function public.f()",
    ),
    "a view for a role of the public's": (
        "CREATE ROLE reader; CREATE VIEW v AS SELECT * FROM schema_migrations; GRANT DELETE ON v TO reader; "
        "REVOKE ALL ON v FROM anon, authenticated; GRANT reader TO anon",
        "view public.v",
    ),
    "a view for everybody": (
        "CREATE VIEW v AS SELECT * FROM schema_migrations; REVOKE ALL ON v FROM anon, authenticated; "
        "GRANT UPDATE (checksum) ON v TO PUBLIC",
        "view public.v",
    ),
    "a table that it inherits from, whose DELETE asks for no right on it": (
        "CREATE TABLE parent (filename varchar(255) NOT NULL); ALTER TABLE schema_migrations INHERIT parent",
        "table public.parent",
    ),
    "a table that inherits from it, whose rows are also its": (
        "CREATE TABLE child () INHERITS (schema_migrations)",
        "table public.child",
    ),
    "a table whose rows take its rows along": (
        "CREATE TABLE other AS SELECT filename FROM schema_migrations UNION SELECT '02_a.sql'; "
        "ALTER TABLE other ADD UNIQUE (filename); "
        "ALTER TABLE schema_migrations ADD FOREIGN KEY (filename) REFERENCES other (filename) ON DELETE CASCADE",
        "table public.other",
    ),
    "a rule": (
        "CREATE TABLE t (i int); CREATE RULE r AS ON DELETE TO t DO ALSO DELETE FROM schema_migrations",
        "table public.t",
    ),
}
HARMLESS = {
    "a view of the reader's own rights": (
        "CREATE VIEW v WITH (security_invoker = on) AS SELECT * FROM schema_migrations"
    ),
    "a view that nobody may read": (
        "CREATE VIEW v AS SELECT * FROM schema_migrations; REVOKE ALL ON v FROM anon, authenticated"
    ),
    "a function of the caller's rights": (
        "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'DELETE FROM public.schema_migrations'"
    ),
    "a function about another table of that name": (
        "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS "
        "'BEGIN DELETE FROM supabase_migrations.schema_migrations; END'"
    ),
}


@pytest.mark.parametrize("kind", REACHING)
def test_what_hands_on_the_owners_rights_is_named(project: Project, kind: str) -> None:
    """It may be there for a reason: right after the file, in the summary, and in every later run and report."""
    project.begin()
    text, name = REACHING[kind]
    project.write("02_a.sql", text=text)
    result = project.migrate()
    assert (result.exit_status, result.summary["severity"]) == (0, "WARNING")
    reason = f"the tracking table can be reached through {name}"
    assert [(line["change"], line["reason"]) for line in result.log.events("reachable")] == [("02_a.sql", reason)]
    report = project.migrate("--status")
    reset_roles(project)
    for summary in (result.summary, report.summary):
        assert summary["reason"] == reason
    assert [line["reason"] for line in report.log.events("reachable")] == [reason]


@pytest.mark.parametrize("kind", HARMLESS)
def test_what_hands_on_nothing_is_not_named(project: Project, kind: str) -> None:
    """A warning that means nothing hides the one that does."""
    project.begin()
    project.write("02_a.sql", text=HARMLESS[kind])
    assert "reason" not in project.migrate().summary
