-- Costs of SaaS and AI providers beside those of the clouds.
ALTER TYPE public.cloud_provider ADD VALUE IF NOT EXISTS 'openai';
ALTER TYPE public.cloud_provider ADD VALUE IF NOT EXISTS 'anthropic';

COMMENT ON TYPE public.cloud_provider IS 'Where costs come from; every value has a pipeline of its name.';
