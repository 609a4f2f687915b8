"""The runner's own SQL around a migration: a DO block that no setting of the file can mislead."""

from __future__ import annotations

# SQLSTATEs of the runner's own; classes from I to Z are free for that.
LOCKED = "MG001"
RECORDED = "MG002"
ABSENT = "MG003"
INVALID = "MG004"
NOT_EMPTY = "MG005"
# The file dropped or changed the tracking table; the tracking table is not usable from the start.
SPOILED = "MG007"
UNUSABLE = "MG008"
ESCAPING = "MG009"

# Nothing is wrong with the tracking table: contention, resources, a cancellation.
_PASSED_ON = "'^(MG|40|53|57|55P03)'"


def compose_block(body: str, code: str, named: str = "NULL") -> str:
    """A DO block whose own errors have the code, apart from the runner's and those that may pass.

    The search path is the catalog's alone meanwhile, with no temporary table before it: a file may have set another.
    `named`, an SQL expression, names a relation, looked up by the file's path: migrate_named is its oid, or NULL.
    """
    tag = "migrate"
    while f"${tag}$" in body:
        tag += "_"
    return f"""\
DO ${tag}$
DECLARE
  migrate_path text := pg_catalog.current_setting('search_path');
  migrate_step text;
  migrate_held boolean;
  migrate_named oid := pg_catalog.to_regclass({named});
BEGIN
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  BEGIN
{body}  EXCEPTION WHEN OTHERS THEN
    IF SQLSTATE ~ {_PASSED_ON} THEN RAISE; END IF;
    RAISE EXCEPTION USING ERRCODE = '{code}', MESSAGE = SQLERRM || ' (SQLSTATE ' || SQLSTATE || ')';
  END;
  PERFORM pg_catalog.set_config('search_path', migrate_path, true);
END ${tag}$"""


def raise_if(condition: str, code: str, message: str) -> str:
    """A statement for a block; condition and message are SQL expressions."""
    return f"IF {condition} THEN RAISE EXCEPTION USING ERRCODE = '{code}', MESSAGE = {message}; END IF;\n"


def quote(text: str) -> str:
    """A string constant."""
    return "'" + text.replace("'", "''") + "'"
