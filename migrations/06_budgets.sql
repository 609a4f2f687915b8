-- Budgets, and the alerts that they raised.
CREATE TABLE IF NOT EXISTS public.budgets (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES public.organizations (id) ON DELETE CASCADE,
    name text NOT NULL,
    monthly_limit numeric(18, 2) NOT NULL CHECK (monthly_limit > 0),
    alert_percentages smallint[] NOT NULL DEFAULT '{50,80,100}',
    UNIQUE (organization_id, name)
);

CREATE TABLE IF NOT EXISTS public.budget_alerts (
    budget_id bigint NOT NULL REFERENCES public.budgets (id) ON DELETE CASCADE,
    month date NOT NULL CHECK (month = date_trunc('month', month)::date),
    percentage smallint NOT NULL,
    raised_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (budget_id, month, percentage) /* one alert for each threshold and month, /* however often */ the job runs */
);

ALTER TABLE public.budgets ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.budget_alerts ENABLE ROW LEVEL SECURITY;

SELECT public.ensure_policy('public.budgets', 'members read', 'SELECT', 'public.has_org_role(organization_id)'),
    public.ensure_policy('public.budgets', 'managers do all', 'ALL', $$public.has_org_role(organization_id, '{owner,admin}')$$);

-- This file once recorded itself, as some do.
DO $$
BEGIN
    IF to_regclass('public.schema_migrations') IS NOT NULL THEN
        INSERT INTO public.schema_migrations (filename) VALUES ('06_budgets.sql') ON CONFLICT (filename) DO NOTHING;
    END IF;
END
$$;
