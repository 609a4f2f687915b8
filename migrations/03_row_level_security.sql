-- Members see their organization; owners and admins change it.

-- CREATE POLICY knows no IF NOT EXISTS.
CREATE OR REPLACE FUNCTION public.ensure_policy(relation regclass, policy name, command text, condition text) RETURNS void
LANGUAGE plpgsql
SET search_path = ''
AS $function$
BEGIN
    IF EXISTS (SELECT FROM pg_catalog.pg_policy AS p WHERE p.polrelid = relation AND p.polname = policy) THEN
        RAISE NOTICE 'policy "%" on % exists already', policy, relation;
    ELSE
        EXECUTE format($$CREATE POLICY %I ON %s FOR %s TO authenticated USING (%s)$$, policy, relation, command, condition);
    END IF;
END;
$function$;

REVOKE ALL ON FUNCTION public.ensure_policy FROM PUBLIC, anon, authenticated;

ALTER TABLE public.organizations ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.organization_members ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.member_invitations ENABLE ROW LEVEL SECURITY;

SELECT public.ensure_policy('public.organizations', 'members read', 'SELECT', 'public.has_org_role(id)'),
    public.ensure_policy('public.organizations', 'managers update', 'UPDATE', $$public.has_org_role(id, '{owner,admin}')$$),
    public.ensure_policy('public.organization_members', 'members read', 'SELECT', 'public.has_org_role(organization_id)'),
    public.ensure_policy(
        'public.member_invitations', 'managers do all', 'ALL', $$public.has_org_role(organization_id, '{owner,admin}')$$
    );
