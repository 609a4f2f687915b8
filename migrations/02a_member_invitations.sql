-- Invitations, added between two numbers that were taken: hence the letter.
CREATE TABLE IF NOT EXISTS public.member_invitations (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id uuid NOT NULL REFERENCES public.organizations (id) ON DELETE CASCADE,
    email text NOT NULL CHECK (email LIKE '%_@_%'),
    role public.member_role NOT NULL DEFAULT 'read_only',
    token_sha256 bytea NOT NULL UNIQUE,
    expires_at timestamptz NOT NULL DEFAULT now() + interval '7 days',
    accepted_at timestamptz
);

CREATE UNIQUE INDEX IF NOT EXISTS member_invitations_open
    ON public.member_invitations (organization_id, lower(email))
    WHERE accepted_at IS NULL;

COMMENT ON COLUMN public.member_invitations.token_sha256 IS E'The token\'s digest; the token itself is only in the mail.';
