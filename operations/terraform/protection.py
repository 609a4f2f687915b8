"""What Terraform refuses to remove, and how it is removed in a safe order."""

from __future__ import annotations

import re

from operations.terraform import command_lines as commands
from runtime.config.environment import Environment

_REFUSED = re.compile(
    r"Resource (module\.\S+?\.(\w+)\.\w+\[\"((?:[^\"\\\\]|\\\\.)*)\"\]) has lifecycle\.prevent_destroy"
)
_JOBS = "module.environment.module.jobs"
_KINDS = {"job": "run_v2_job.job", "trigger": "scheduler_job.trigger"}


def list_safe_order(output: str, environment: Environment) -> tuple[str, ...]:
    """The steps instead of a plan that would tear down protected jobs, none if that was not its fault.

    Terraform forgets the old job and makes the new one beside it; what is left is removed once the new one has run.
    """
    guarded = [
        (address, *key.split(" ")) for address, kind, key in _REFUSED.findall(output) if kind == "terraform_data"
    ]
    if not guarded:
        return ()
    pauses, addresses = [], []
    for address, job, noun, path in guarded:
        addresses += [address, f'{_JOBS}.google_cloud_{_KINDS[noun]}["{job}"]']
        if noun == "trigger":
            pauses.append(_pause(path))
    return (
        *pauses,
        commands.forget(environment, addresses),
        f"bin/create-all-jobs {environment.name}, which makes what is new and then lists what is left over",
        f"bin/resume {environment.name}, if a paused trigger was taken over under its own name",
        "the commands that it lists, once the new job has run",
    )


def list_kept_secrets(output: str, environment: Environment) -> tuple[str, ...]:
    """The command that has Terraform forget secrets which the catalogs name no more; their values stay."""
    addresses = [address for address, kind, _ in _REFUSED.findall(output) if kind == "google_secret_manager_secret"]
    return (commands.forget(environment, addresses),) if addresses else ()


def _pause(path: str) -> str:
    _, project, _, region, _, name = path.split("/")
    return f"gcloud scheduler jobs pause {name} --project={project} --location={region}"
