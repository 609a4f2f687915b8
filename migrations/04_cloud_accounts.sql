-- The connected billing accounts. Credentials are not here: `secret_name` says where they are.
DO $$
BEGIN
    IF to_regtype('public.cloud_provider') IS NULL THEN
        CREATE TYPE public.cloud_provider AS ENUM ('gcp', 'aws', 'azure');
    END IF;
END
$$;

CREATE TABLE IF NOT EXISTS public.cloud_accounts (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id uuid NOT NULL REFERENCES public.organizations (id) ON DELETE CASCADE,
    provider public.cloud_provider NOT NULL,
    account_ref text NOT NULL,
    secret_name text,
    settings jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(settings) = 'object'),
    last_synced_at timestamptz,
    UNIQUE (organization_id, provider, account_ref)
);

ALTER TABLE public.cloud_accounts ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON public.cloud_accounts FROM anon;

SELECT public.ensure_policy('public.cloud_accounts', 'members read', 'SELECT', 'public.has_org_role(organization_id)');
