-- migrate: no-transaction
-- Built beside the running service: the pipelines write to this table all day.
CREATE INDEX CONCURRENTLY IF NOT EXISTS cloud_accounts_last_synced_at ON public.cloud_accounts (last_synced_at)
