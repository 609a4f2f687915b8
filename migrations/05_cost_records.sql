-- One row for each account, service and day, partitioned by month.
CREATE TABLE IF NOT EXISTS public.cost_records (
    account_id uuid NOT NULL REFERENCES public.cloud_accounts (id) ON DELETE CASCADE,
    usage_date date NOT NULL,
    service text NOT NULL,
    cost numeric(18, 6) NOT NULL CHECK (cost >= 0),
    currency char(3) NOT NULL,
    PRIMARY KEY (account_id, usage_date, service)
) PARTITION BY RANGE (usage_date);

DO $partitions$
DECLARE
    month date;
BEGIN
    FOR month IN SELECT generate_series('2026-01-01'::date, '2027-12-01', '1 month')
    LOOP
        EXECUTE format(
            'CREATE TABLE IF NOT EXISTS public.%I PARTITION OF public.cost_records FOR VALUES FROM (%L) TO (%L)',
            'cost_records_' || to_char(month, 'YYYY_MM'), month, month + interval '1 month'
        );
        -- A partition has privileges of its own, and new tables are open to the API's roles.
        EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', 'cost_records_' || to_char(month, 'YYYY_MM'));
    END LOOP;
    RAISE NOTICE 'cost_records has % partitions', (
        SELECT count(*) FROM pg_catalog.pg_inherits WHERE inhparent = 'public.cost_records'::regclass
    );
END
$partitions$;

CREATE TABLE IF NOT EXISTS public.cost_records_default PARTITION OF public.cost_records DEFAULT;
ALTER TABLE public.cost_records_default ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.cost_records ENABLE ROW LEVEL SECURITY;

SELECT public.ensure_policy(
    'public.cost_records', 'members read', 'SELECT',
    'EXISTS (SELECT FROM public.cloud_accounts AS a WHERE a.id = account_id)'  -- which the caller may see
);
