"""What has to be there before the jobs can be made, and the advice when it is not."""

from __future__ import annotations

import json
import re

from operations import terraform_commands as commands
from operations.preparation import find_owner
from operations.terraform import Terraform, TerraformFailed
from runtime.catalogue import Catalogue
from runtime.declarations import Environment
from runtime.errors import JobError

# How Terraform, the states' bucket and Cloud Run say that something of it is missing.
UNPREPARED = re.compile(
    r"bucket doesn't exist|There is no image to run yet|Image '[^']*' not found|Secret \S+ was not found|"
    r"Error 404: Secret \S+ not found"
)
PROTECTED = re.compile(r"cannot destroy job without setting deletion_protection=false")
# Terraform breaks its messages into framed lines.
FRAME = re.compile(r"(\s|[│╷╵]|\x1b\[[0-9;]*m)+")


class NotPrepared(JobError):
    """The jobs cannot be made yet; the remedy is the list of the commands to run first."""


def explain_failure(
    failure: TerraformFailed, terraform: Terraform, catalogue: Catalogue, environment: Environment
) -> JobError:
    """The failure itself, or NotPrepared when Terraform stumbled over something that the operator has to do first."""
    output = FRAME.sub(" ", failure.output)
    if UNPREPARED.search(output):
        problem = f"{environment.name} lacks something its jobs need: Terraform's message above names it"
        owner = find_owner(catalogue, environment)
        steps = (f"bin/create-all-jobs {owner.name} --prepare", *list_first_steps(catalogue, environment))
        return _advise(problem, "run what is missing of", steps)
    stillborn = list_tainted_jobs(terraform) if PROTECTED.search(output) else {}
    if stillborn:
        problem = "jobs that could not be made are left behind, and protected like all others although they never ran"
        return _advise(problem, "delete them", _list_deletions(stillborn, environment))
    return failure


def list_first_steps(catalogue: Catalogue, environment: Environment) -> tuple[str, ...]:
    """The commands between the preparation and the running jobs.

    A secret's value is read unseen and sent without a newline, which the API would take for a part of the key.
    """
    add_values = tuple(
        f'IFS= read -rs VALUE && printf %s "$VALUE" | gcloud secrets versions add '
        f"{catalogue.secret_name(variable, environment)} --project={environment.project} --data-file=-"
        for variable in catalogue.secrets
    )
    return (*add_values, f"bin/build-image {environment.name}", f"bin/create-all-jobs {environment.name}")


def list_tainted_jobs(terraform: Terraform) -> dict[str, str]:
    """The jobs whose creation failed: their names by address."""
    modules = [json.loads(terraform.read(commands.show_state()))["values"]["root_module"]]
    jobs = {}
    for module in modules:
        modules.extend(module.get("child_modules", ()))
        for resource in module.get("resources", ()):
            if resource["type"] == "google_cloud_run_v2_job" and resource.get("tainted"):
                jobs[resource["address"]] = resource["values"]["name"]
    return jobs


def _list_deletions(jobs: dict[str, str], environment: Environment) -> tuple[str, ...]:
    place = f"--project={environment.project} --region={environment.region}"
    root = f"terraform/environments/{environment.name}"
    return (
        *(f"gcloud run jobs delete {name} {place}" for name in jobs.values()),
        f"terraform -chdir={root} state rm {' '.join(repr(address) for address in jobs)}",
        f"bin/create-all-jobs {environment.name}",
    )


def _advise(problem: str, remedy: str, steps: tuple[str, ...]) -> NotPrepared:
    return NotPrepared(problem, "\n  ".join((f"{remedy}:", *steps)))
