"""What one entry of environments.json holds."""

from __future__ import annotations

from runtime.config.job import Job
from runtime.services.json_reader import Fields


class Environment:
    """One of test, stage and prod; `foreign_jobs` are other teams', whose names begin like this environment's."""

    def __init__(self, name: str, fields: Fields) -> None:
        self.name = name
        self.project = fields.text("project")
        self.region = fields.text("region")
        self.name_prefix = fields.text("name_prefix")
        self.secret_suffix = fields.text("secret_suffix")
        self.secret_names = fields.text_members("secret_names")
        self.api_url = fields.text("api_url")
        self.supabase_ref = fields.text("supabase_ref")
        self.triggers_paused = fields.flag("triggers_paused")
        self.owns_project = fields.flag("owns_project")
        self.foreign_jobs = fields.texts("foreign_jobs")
        self.protected = fields.flag("protected")
        fields.finish()

    def job_name(self, job: Job) -> str:
        """The Cloud Run job's name."""
        return f"{self.name_prefix}-{job.cloud_run_job}"
