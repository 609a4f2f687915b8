"""The README's table of jobs."""

from __future__ import annotations

from runtime.config.catalog import Catalog
from runtime.config.job import Job
from tools.documents.generated_section import replace_section


def insert_job_table(document: str, catalog: Catalog) -> str:
    """The document with the table between its markers; ConfigurationError if it does not have them once."""
    return replace_section(document, "jobs", render_job_table(catalog))


def render_job_table(catalog: Catalog) -> str:
    """One line a job, in the catalog's order."""
    lines = ["| job | starts (UTC) | what it does |", "| --- | --- | --- |"]
    for job in catalog.jobs:
        name = f"[`{job.name}`](docs/runbook.md#{job.name})"
        lines.append(f"| {name} | {describe_start(job).removesuffix(' UTC')} | {job.description} |")
    return "\n".join(lines)


def describe_start(job: Job) -> str:
    """When, or by whom, a job is started; times in UTC."""
    if job.cron is not None:
        return f"{job.kind}, `{job.cron.text}` UTC"
    return "by hand" if job.release_step is None else f"by hand, step {job.release_step} of a release"
