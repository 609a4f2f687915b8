"""What an environment has after an apply, of Terraform's outputs, and what is no longer needed."""

from __future__ import annotations

import json
from collections.abc import Callable

from operations.cloud.google_session import GoogleSession
from operations.inventory.leftovers import look_for_leftovers
from runtime.config.catalog import Catalog
from runtime.config.environment import Environment
from runtime.process.errors import JobError


def describe_inventory(catalog: Catalog, outputs: str) -> list[dict[str, object]]:
    """The jobs of Terraform's outputs (JSON) for programs, none without outputs."""
    if not outputs:
        return []
    values = json.loads(outputs)["environment"]["value"]
    return [
        {"job": job.name, "cloud_run_job": values["jobs"][job.name], "trigger": values["triggers"].get(job.name)}
        for job in catalog.jobs
        if job.name in values["jobs"]
    ]


def render_inventory(catalog: Catalog, environment: Environment, outputs: str) -> str:
    """The jobs and triggers of Terraform's outputs (JSON), one job a line in the catalog's order, and the dashboard."""
    values = json.loads(outputs)["environment"]["value"]
    jobs, triggers = values["jobs"], values["triggers"]
    lines = [f"\n{len(jobs)} jobs and {len(triggers)} triggers in {environment.name} ({environment.project}):"]
    for name in (job.name for job in catalog.jobs if job.name in jobs):
        lines.append(f"  {name:14} {jobs[name]:38} {triggers.get(name, {}).get('schedule', '')}".rstrip())
    return "\n".join((*lines, f"Dashboard: {values['dashboard']}"))


def render_leftovers(catalog: Catalog, connect: Callable[[], GoogleSession]) -> str:
    """What is no longer needed, with the commands that remove it; nothing if there is none."""
    try:
        leftovers = look_for_leftovers(catalog, connect())
    except JobError as error:
        return f"Did not look for jobs and triggers that are no longer needed: {error}"
    if not leftovers:
        return ""
    lines = [f"  {found.name}: {found.detail}\n    {found.removal}" for found in leftovers]
    return "\n".join(("Not in the catalog, with the commands that remove them:", *lines))
