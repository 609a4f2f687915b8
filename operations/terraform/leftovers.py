"""Jobs and triggers that stand in Terraform's way, and the commands that clear it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from operations.terraform import command_lines as commands
from operations.terraform.run import Terraform
from runtime.config.catalog import Catalog
from runtime.config.environment import Environment

PROTECTED = "cannot destroy job without setting deletion_protection=false"
# The cloud's refusal, and Terraform's line that says which object it was about.
EXISTS = re.compile(r'Error 409: (?:(?!Error).)*? with (module\.\S+\.google_cloud_(\w+)_job\.\w+\["([\w-]+)"\])')


def list_adoptions(output: str, catalog: Catalog, environment: Environment) -> tuple[str, ...]:
    """The commands that take over the jobs and triggers which exist, but not in the state: another tool made them."""
    return tuple(
        f"{_terraform(environment)} import {commands.variables_of(environment)[0]} '{address}' {place}"
        for address, kind, name in EXISTS.findall(output)
        for place in [_place(catalog, environment, name, "-trigger" if kind == "scheduler" else "")]
    )


def list_removals(output: str, terraform: Terraform, environment: Environment) -> tuple[str, ...]:
    """The commands that remove jobs which failed when they were made, and are protected although they never ran."""
    if PROTECTED not in output:
        return ()
    jobs = {job["address"]: job["values"]["name"] for job in _list_tainted_jobs(terraform)}
    place = f"--project={environment.project} --region={environment.region}"
    addresses = " ".join(f"'{address}'" for address in jobs)
    removal = (f"{_terraform(environment)} state rm {addresses}",) if jobs else ()
    return (*(f"gcloud run jobs delete {name} {place}" for name in jobs.values()), *removal)


def _list_tainted_jobs(terraform: Terraform) -> Iterator[Any]:
    modules = [json.loads(terraform.read(commands.show_state()))["values"]["root_module"]]
    for module in modules:
        modules.extend(module.get("child_modules", ()))
        for resource in module.get("resources", ()):
            if resource["type"] == "google_cloud_run_v2_job" and resource.get("tainted"):
                yield resource


def _terraform(environment: Environment) -> str:
    return f"terraform -chdir=terraform/environments/{environment.name}"


def _place(catalog: Catalog, environment: Environment, name: str, suffix: str) -> str:
    full_name = environment.job_name(catalog.find(name))
    return f"projects/{environment.project}/locations/{environment.region}/jobs/{full_name}{suffix}"
