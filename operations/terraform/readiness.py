"""What has to be there before the jobs can be made, and the advice when it is not."""

from __future__ import annotations

import re

from operations.terraform import command_lines as commands
from operations.terraform.preparation import find_owner
from operations.terraform.protection import list_kept_secrets, list_safe_order
from operations.terraform.run import Terraform, TerraformFailed
from operations.terraform.tainted_jobs import list_removals
from runtime.config.catalog import Catalog
from runtime.config.environment import Environment
from runtime.process.errors import JobError

# How Terraform, the states' bucket and Cloud Run say that something of it is missing.
UNPREPARED = re.compile(
    r"bucket doesn't exist|There is no image to run yet|Image '[^']*' not found|Secret \S+ was not found|"
    r"Error 404: Secret \S+ not found"
)
# What Terraform tells of the run that holds the state's lock.
LOCKED = re.compile(
    r"Error acquiring the state lock.* ID: (?P<identifier>\S+) .* Who: (?P<who>.+) Version:.* "
    r"Created: (?P<since>\S+ [\d:]+)"
)
# Terraform breaks its messages into framed lines.
FRAME = re.compile(r"(\s|[│╷╵]|\x1b\[[0-9;]*m)+")


class NotPrepared(JobError):
    """The jobs cannot be made yet; the remedy is the list of the commands to run first."""


def explain_failure(
    failure: TerraformFailed, terraform: Terraform, catalog: Catalog, environment: Environment
) -> JobError:
    """The failure itself, or NotPrepared when Terraform stumbled over something that the operator has to do first."""
    output = FRAME.sub(" ", failure.output)
    if UNPREPARED.search(output):
        problem = f"{environment.name} lacks something its jobs need: Terraform's message above names it"
        owner = find_owner(catalog, environment)
        steps = (f"bin/create-all-jobs {owner.name} --prepare", *list_first_steps(catalog, environment))
        return _advise(problem, "run what is missing of", steps)
    again = f"bin/create-all-jobs {environment.name}"
    if lock := LOCKED.search(output):
        problem = f"{environment.name} is unchanged: {lock['who']} is at work on it since {lock['since']} (UTC)"
        return _advise(
            problem, "wait; if that run was killed", (commands.unlock(environment, lock["identifier"]), again)
        )
    if removals := list_removals(output, terraform, environment):
        problem = "jobs that could not be made are left behind, and protected like all others although they never ran"
        return _advise(problem, "delete them", (*removals, again))
    if steps := list_safe_order(output, environment):
        problem = f"{environment.name} is unchanged: this would tear down protected jobs, which Terraform names above"
        return _advise(problem, "if it is meant, in this order", steps)
    if forgetting := list_kept_secrets(output, environment):
        problem = f"{environment.name} is unchanged: this would delete secrets with their values"
        return _advise(problem, "have Terraform forget them", (*forgetting, again))
    return failure


def list_first_steps(catalog: Catalog, environment: Environment) -> tuple[str, ...]:
    """The commands between the preparation and the running jobs.

    A secret's value is read unseen and sent without a newline, which the API would take for a part of the key.
    """
    add_values = tuple(
        f'IFS= read -rs VALUE && printf %s "$VALUE" | gcloud secrets versions add '
        f"{catalog.secret_name(variable, environment)} --project={environment.project} --data-file=-"
        for variable in catalog.secrets
    )
    return (*add_values, f"bin/build-image {environment.name}", f"bin/create-all-jobs {environment.name}")


def _advise(problem: str, remedy: str, steps: tuple[str, ...]) -> NotPrepared:
    return NotPrepared(problem, "\n  ".join((f"{remedy}:", *steps)))
