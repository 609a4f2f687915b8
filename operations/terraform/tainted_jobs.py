"""Jobs that failed when they were made and stay in Terraform's way, and the commands that clear it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from operations.terraform import command_lines as commands
from operations.terraform.run import Terraform
from runtime.config.environment import Environment

PROTECTED = "cannot destroy job without setting deletion_protection=false"


def list_removals(output: str, terraform: Terraform, environment: Environment) -> tuple[str, ...]:
    """The commands that remove jobs which failed when they were made, and are protected although they never ran."""
    if PROTECTED not in output:
        return ()
    jobs = {job["address"]: job["values"]["name"] for job in _list_tainted_jobs(terraform)}
    place = f"--project={environment.project} --region={environment.region}"
    removal = (commands.forget(environment, jobs),) if jobs else ()
    return (*(f"gcloud run jobs delete {name} {place}" for name in jobs.values()), *removal)


def _list_tainted_jobs(terraform: Terraform) -> Iterator[Any]:
    modules = [json.loads(terraform.read(commands.show_state()))["values"]["root_module"]]
    for module in modules:
        modules.extend(module.get("child_modules", ()))
        for resource in module.get("resources", ()):
            if resource["type"] == "google_cloud_run_v2_job" and resource.get("tainted"):
                yield resource
