"""What one entry of environments.json holds: attributes are its keys, their annotations its types."""

from __future__ import annotations

from runtime.config.job import Job


class Environment:
    """One of test, stage and prod; `foreign_jobs` are other teams', whose names begin like this environment's."""

    name: str
    project: str
    region: str
    name_prefix: str
    secret_suffix: str
    secret_names: dict[str, str]
    api_url: str
    supabase_ref: str
    triggers_paused: bool
    owns_project: bool
    foreign_jobs: tuple[str, ...]
    protected: bool

    def __init__(self, **values: object) -> None:
        vars(self).update(values)

    def job_name(self, job: Job) -> str:
        """The Cloud Run job's name."""
        return f"{self.name_prefix}-{job.cloud_run_job}"
