"""SQL about who besides its owner can reach the tracking table: the API's public roles, and PUBLIC, must not.

Row level security does not stop a TRUNCATE, and a migration whose row is removed runs again. The texts are for a
search_path of pg_catalog alone.
"""

from __future__ import annotations

# The runner's own SQLSTATE: access that is public and cannot be revoked.
LEFT_OPEN = "MG006"
TABLE = "public.schema_migrations"
_OID = f"to_regclass('{TABLE}')"
_PUBLIC = "rolname IN ('anon', 'authenticated')"
# Their members have rights that no grant on the table shows.
_ALL_DATA = "('pg_read_all_data', 'pg_write_all_data', 'pg_maintain')"

# `openings`: public access to revoke, each with its statement, or `held`, in words: it cannot be revoked.
# A role that is granted to a public one counts like it; REVOKE leaves alone what another grantor than the owner gave,
# unless that one's right to grant is revoked.
CTE = f"""\
WITH RECURSIVE public_roles AS (
  SELECT r.oid, quote_ident(r.rolname) AS name FROM pg_roles r WHERE EXISTS (
    SELECT FROM pg_roles p WHERE p.{_PUBLIC} AND pg_has_role(p.oid, r.oid, 'MEMBER'))
  UNION ALL SELECT 0, 'PUBLIC'
), parts AS (
  SELECT c.oid, c.relowner, c.relacl, c.relrowsecurity,
    CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind, format('%I.%I', n.nspname, c.relname) AS name
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.oid = {_OID} OR c.relkind = 'S' AND c.oid IN (
    SELECT d.objid FROM pg_depend d WHERE d.refobjid = {_OID}
    UNION SELECT d.refobjid FROM pg_depend d JOIN pg_attrdef a ON a.oid = d.objid WHERE a.adrelid = {_OID})
), grants AS (
  SELECT p.kind, p.name, p.relowner, a.grantor, a.grantee
  FROM parts p CROSS JOIN LATERAL (
    SELECT p.relacl AS acl UNION ALL SELECT t.attacl FROM pg_attribute t WHERE t.attrelid = p.oid
  ) l CROSS JOIN LATERAL aclexplode(l.acl) a
  WHERE a.grantee <> p.relowner AND a.grantee IN (SELECT r.oid FROM public_roles r)
), openings AS (
  SELECT 'ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY' AS step, false AS held FROM parts p
  WHERE p.oid = {_OID} AND NOT p.relrowsecurity
  UNION SELECT format('DROP POLICY %I ON {TABLE}', polname), false FROM pg_policy WHERE polrelid = {_OID}
  UNION SELECT format('REVOKE ALL ON %s %s FROM %s CASCADE', g.kind, g.name, r.name), false
  FROM grants g JOIN public_roles r ON r.oid = g.grantee WHERE g.grantor = g.relowner
  UNION SELECT format('REVOKE GRANT OPTION FOR ALL ON %s %s FROM %I CASCADE', g.kind, g.name, r.rolname), false
  FROM grants g JOIN pg_roles r ON r.oid = g.grantor WHERE g.grantor <> g.relowner
  UNION SELECT string_agg(DISTINCT p.rolname || CASE WHEN p.oid = r.oid THEN ' owns it' WHEN r.rolname IN {_ALL_DATA}
    THEN ' is a member of ' || r.rolname ELSE ' is a member of ' || r.rolname || ', which owns it' END, ', '), true
  FROM pg_roles p JOIN pg_roles r ON pg_has_role(p.oid, r.oid, 'MEMBER')
  WHERE p.{_PUBLIC} AND EXISTS (SELECT FROM parts)
    AND (r.rolname IN {_ALL_DATA} OR r.oid IN (SELECT o.relowner FROM parts o)) HAVING count(*) > 0
), reached AS (
  SELECT {_OID}::oid AS oid
  UNION SELECT further.oid FROM reached r CROSS JOIN LATERAL (
    SELECT w.ev_class FROM pg_depend d JOIN pg_rewrite w ON w.oid = d.objid AND d.classid = 'pg_rewrite'::regclass
    WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = r.oid
    UNION ALL SELECT i.inhparent FROM pg_inherits i WHERE i.inhrelid = r.oid
    UNION ALL SELECT i.inhrelid FROM pg_inherits i WHERE i.inhparent = r.oid AND r.oid = {_OID}
    UNION ALL SELECT k.confrelid FROM pg_constraint k
    WHERE k.conrelid = r.oid AND (k.confdeltype IN ('c', 'n', 'd') OR k.confupdtype IN ('c', 'n', 'd'))
  ) further (oid)
)
"""  # noqa: S608 - no value of anybody's is in it

# What may be there for a reason, and still hands on the owner's rights: views, rules on other tables, tables that it
# inherits from, whose rows are its own, or whose deletion takes its rows along; and functions that run as their owner,
# if they mention the table or depend on what reaches it. A query on CTE.
REACH = f"""\
SELECT coalesce(json_agg(what ORDER BY what), '[]') FROM (
  SELECT pg_describe_object('pg_class'::regclass, c.oid, 0) AS what FROM reached JOIN pg_class c USING (oid)
  WHERE c.oid <> {_OID} AND EXISTS (
      SELECT FROM public_roles r WHERE has_table_privilege(r.oid, c.oid, 'DELETE, TRUNCATE')
      OR has_any_column_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE'))
    AND NOT EXISTS (
      SELECT FROM pg_options_to_table(c.reloptions) WHERE option_name = 'security_invoker' AND option_value::boolean)
  UNION ALL SELECT pg_describe_object('pg_proc'::regclass, f.oid, 0) FROM pg_proc f
  WHERE f.prosecdef AND (
      f.prosrc ~* '(public"?[[:space:]]*[.][[:space:]]*"?|[^.[:alnum:]_"]"?)schema_migrations' OR EXISTS (
        SELECT FROM pg_depend d JOIN reached r ON r.oid = d.refobjid
        WHERE d.classid = 'pg_proc'::regclass AND d.objid = f.oid))
    AND has_table_privilege(f.proowner, {_OID}, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')
    AND (f.prorettype = 'trigger'::regtype OR EXISTS (
      SELECT FROM public_roles r WHERE has_function_privilege(r.oid, f.oid, 'EXECUTE')))
) found
"""  # noqa: S608 - no value of anybody's is in it

# PL/pgSQL, with the variables migrate_step and migrate_held: nothing is locked if nothing is open. At last it hands
# what reaches the table to the answer.
SHUT = f"""\
FOR migrate_pass IN 1..2 LOOP
  FOR migrate_step, migrate_held IN {CTE} SELECT step, held FROM openings ORDER BY held DESC LOOP
    IF migrate_held OR migrate_pass = 2 THEN
      RAISE EXCEPTION USING ERRCODE = '{LEFT_OPEN}', MESSAGE = migrate_step;
    END IF;
    EXECUTE migrate_step;
  END LOOP;
END LOOP;
PERFORM set_config('migrate.reach', ({CTE}{REACH})::text, true);
"""  # noqa: S608 - no value of anybody's is in it
