"""PostgreSQL gives no position for most failures of utility statements: the likely ones are told from its words."""

from __future__ import annotations

import pytest

from tests.runtime.jobs.manual.project import Project

BEFORE = """CREATE TABLE public.people (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE public.orders (id int, person int REFERENCES public.people, total int CHECK (total > 0));
CREATE VIEW public.totals AS SELECT total FROM public.orders;
CREATE FUNCTION public.audit(what int) RETURNS int LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'no audit of %', what;
END $$;
INSERT INTO public.people VALUES (1, 'a');
COMMENT ON TABLE public.orders IS 'a';
"""
# Each fails behind BEFORE; with a position only if said so.
FAILING = {
    "ALTER TABLE public.orders ADD CONSTRAINT c UNIQUE (nothing)": "",
    "ALTER TABLE public.orders DROP COLUMN nothing": "",
    "ALTER TABLE public.orders DROP CONSTRAINT nothing": "",
    "ALTER TABLE public.nothing ADD COLUMN i int": "",
    "ALTER TABLE public.orders ADD COLUMN total int": "",
    "ALTER TABLE public.orders RENAME COLUMN total TO id": "",
    "ALTER TABLE public.orders ALTER COLUMN total TYPE boolean": "",
    "ALTER TABLE public.people ADD PRIMARY KEY (name)": "",
    "ALTER TABLE public.orders ADD FOREIGN KEY (total) REFERENCES public.people (name)": "",
    "CREATE INDEX i ON public.orders (nothing)": "",
    "CREATE UNIQUE INDEX people_pkey ON public.people (id)": "",
    "CREATE SCHEMA public": "",
    "CREATE EXTENSION nothing": "",
    "CREATE POLICY p ON public.nothing USING (true)": "",
    "CREATE TRIGGER t BEFORE INSERT ON public.orders FOR EACH ROW EXECUTE FUNCTION nothing()": "",
    "CREATE ROLE postgres": "",
    "DROP TABLE public.people": "",
    "DROP TABLE public.nothing": "",
    "DROP FUNCTION public.nothing(int)": "",
    "DROP VIEW public.orders": "",
    "DROP TYPE nothing": "",
    "GRANT SELECT ON public.nothing TO anon": "",
    "GRANT SELECT ON public.orders TO nobody_there": "",
    "COMMENT ON COLUMN public.orders.nothing IS 'a'": "",
    "ALTER TABLE auth.users ADD COLUMN extra int": "",
    "ALTER SYSTEM_ SET x = 1": "exact",
    "INSERT INTO public.people VALUES (1, 'b')": "",
    "INSERT INTO public.people VALUES (2, NULL)": "",
    "INSERT INTO public.orders VALUES (1, 7, 1)": "",
    "INSERT INTO public.orders VALUES (1, 1, 0)": "",
    "DELETE FROM public.people; INSERT INTO public.orders VALUES (2, 1, 5)": "",
    "SELECT public.audit(7)": "",
    "DO $$ BEGIN PERFORM public.audit(8); END $$": "",
    "TRUNCATE public.people": "",
    "REFRESH MATERIALIZED VIEW public.totals": "",
    "SELECT 1 / (total - total) FROM public.orders": "none",
    "SELECT nothing FROM public.orders": "exact",
}
AFTER = "\nSELECT total FROM public.totals;\nANALYZE public.orders;\nGRANT SELECT ON public.people TO anon;\n"


@pytest.mark.parametrize("statement", [one for one, kind in FAILING.items() if kind == ""])
def test_the_statement_that_failed_is_among_the_likely_ones(project: Project, statement: str) -> None:
    """At most three, each with its line; in most cases it is the only one, or the first."""
    project.write("01_a.sql", text=f"{BEFORE}{statement};{AFTER}")
    result = project.migrate()
    failure = result.summary["failure"]
    line = BEFORE.count("\n") + 1
    assert result.exit_status == 1
    assert 1 <= len(failure["statements"]) <= 3
    assert any(one.startswith(f"line {line}: ") for one in failure["statements"]), failure["statements"]


def test_most_often_it_is_the_first_of_them(project: Project) -> None:
    """Over all of the above: an operator looks at the right line at once."""
    firsts = 0
    statements = [one for one, kind in FAILING.items() if kind == ""]
    line = BEFORE.count("\n") + 1
    for number, statement in enumerate(statements):
        for path in project.folder.iterdir():
            path.unlink()
        project.write(f"{number + 1:02}_a.sql", text=f"-- {number}\n{BEFORE}{statement};{AFTER}")
        failure = project.migrate().summary["failure"]
        firsts += failure["statements"][0].startswith(f"line {line + 1}: ")
    assert firsts >= 0.8 * len(statements), f"{firsts} of {len(statements)}"


def test_a_triggers_function_is_not_the_statement(project: Project) -> None:
    """Its creation went well; the statement that set the trigger off does not mention it."""
    text = (
        "CREATE TABLE t (i int);\nCREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'never %', NEW.i; END $$;\n"
        "CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION g();\nINSERT INTO t VALUES (5);"
    )
    project.write("01_a.sql", text=text)
    assert project.migrate().summary["failure"]["statements"] == ["line 4: INSERT INTO t VALUES (5)"]


def test_a_value_is_no_name(project: Project) -> None:
    """An INSERT of what cannot be read has a position: without one it is what reads the column anew."""
    text = (
        "CREATE TABLE t (i text);\nINSERT INTO t VALUES ('abc');\n"
        "ALTER TABLE t ALTER i TYPE int USING i::int;\nSELECT 1;"
    )
    project.write("01_a.sql", text=text)
    statements = project.migrate().summary["failure"]["statements"]
    assert "line 3: ALTER TABLE t ALTER i TYPE int USING i::int" in statements


def test_of_several_do_blocks_the_one_with_such_a_line_is_shown(project: Project) -> None:
    """The server says in which line of the block it was, and at what."""
    text = (
        "DO $$ BEGIN NULL; END $$;\nDO $$ BEGIN\n  NULL;\n  NULL;\nEND $$;\n"
        "DO $$ BEGIN\n  NULL;\n  PERFORM 1 / 0;\nEND $$;"
    )
    project.write("01_a.sql", text=text)
    assert project.migrate().summary["failure"]["statements"] == ["line 8: PERFORM 1 / 0; (in the DO block of line 6)"]


@pytest.mark.parametrize("statement", [one for one, kind in FAILING.items() if kind == "exact"])
def test_a_statement_with_a_position_is_shown_alone(project: Project, statement: str) -> None:
    """Nothing else can be meant."""
    project.write("01_a.sql", text=f"{BEFORE}{statement};{AFTER}")
    failure = project.migrate().summary["failure"]
    assert (failure["line"], "statements" in failure) == (BEFORE.count("\n") + 1, False)


def test_an_error_that_names_nothing_has_the_likeliest_kinds_first(project: Project) -> None:
    """Up to three, said to be candidates."""
    project.write(
        "01_a.sql",
        text=f"{BEFORE}INSERT INTO public.orders VALUES (1, 1, 1);\nSELECT 1 / (total - total) FROM public.orders;",
    )
    result = project.migrate()
    assert len(result.summary["failure"]["statements"]) == 3
    assert "01_a.sql, probably line " in result.summary["error"]
