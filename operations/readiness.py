"""What has to be there before the jobs can be made, and the advice when it is not."""

from __future__ import annotations

import re

from operations.preparation import find_owner
from operations.terraform import TerraformFailed
from runtime.catalogue import Catalogue
from runtime.declarations import Environment
from runtime.errors import JobError

# How Terraform, the state's bucket and Cloud Run say that something of it is missing.
UNPREPARED = re.compile(
    r"bucket doesn't exist|There is no image to run yet|Image .* not found|[Ss]ecret .* (was )?not found", re.DOTALL
)


class NotPrepared(JobError):
    """The jobs cannot be made yet; the remedy is the list of the commands to run first."""


def explain_failure(failure: TerraformFailed, catalogue: Catalogue, environment: Environment) -> JobError:
    """The failure itself, or NotPrepared when Terraform stumbled over something that preparation makes."""
    if not UNPREPARED.search(failure.output):
        return failure
    owner = find_owner(catalogue, environment)
    steps = (f"bin/create-all-jobs {owner.name} --prepare", *list_first_steps(catalogue, environment))
    return NotPrepared(
        f"{environment.name} lacks something its jobs need; Terraform's message above names it",
        "run what is missing of:\n" + "\n".join(f"  {step}" for step in steps),
    )


def list_first_steps(catalogue: Catalogue, environment: Environment) -> tuple[str, ...]:
    """The commands between the preparation and the running jobs.

    A secret's value is read unseen and sent without a newline, which the API would take for a part of the key.
    """
    add_values = tuple(
        f"IFS= read -rs VALUE && printf %s \"$VALUE\" | gcloud secrets versions add "
        f"{catalogue.secret_name(variable, environment)} --project={environment.project} --data-file=-"
        for variable in catalogue.secrets
    )
    return (*add_values, f"bin/build-image {environment.name}", f"bin/create-all-jobs {environment.name}")
