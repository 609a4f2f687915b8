-- Who belongs to an organization, and as what.
DO $$
BEGIN
    CREATE TYPE public.member_role AS ENUM ('owner', 'admin', 'collaborator', 'read_only');
EXCEPTION
    WHEN duplicate_object THEN
        RAISE NOTICE 'the type member_role exists already';
END
$$;

CREATE TABLE IF NOT EXISTS public.organization_members (
    organization_id uuid NOT NULL REFERENCES public.organizations (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
    role public.member_role NOT NULL DEFAULT 'read_only',
    joined_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, user_id)
);

CREATE INDEX IF NOT EXISTS organization_members_user ON public.organization_members (user_id);

-- SECURITY DEFINER: a policy on organization_members that asked that table itself would recurse without end.
CREATE OR REPLACE FUNCTION public.has_org_role(
    organization uuid,
    wanted public.member_role[] DEFAULT '{owner,admin,collaborator,read_only}'
) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = ''
AS $function$
    SELECT EXISTS (
        SELECT FROM public.organization_members AS m
        WHERE m.organization_id = organization AND m.user_id = auth.uid() AND m.role = ANY (wanted)
    );
$function$;

REVOKE ALL ON FUNCTION public.has_org_role FROM PUBLIC, anon;
