"""What an environment needs before its jobs: state bucket, APIs, registry, empty secrets."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from operations.cloud.google_session import GoogleSession
from operations.terminal.output import show
from operations.terraform import command_lines as commands
from operations.terraform.existing import list_wanted
from operations.terraform.run import Terraform
from operations.terraform.takeover import fresh_imports, plan_takeover
from runtime.config.catalog import ROOT, Catalog
from runtime.config.environment import Environment
from runtime.process.errors import UsageError

TERRAFORM = Path(ROOT, "terraform")
PROJECT = "module.environment.module.project[0]"
# Terraform's own words for an import of something that is not there.
NOTHING_TO_ADOPT = "Cannot import non-existent remote object"


def prepare(catalog: Catalog, environment: Environment, connect: Callable[[], GoogleSession]) -> None:
    """Makes what is missing and adopts what is there; to repeat it changes nothing.

    Raises UsageError for an environment whose project another one owns.
    """
    if not environment.owns_project:
        owner = find_owner(catalog, environment)
        raise UsageError(
            f"{environment.name} shares {environment.project}, which {owner.name} prepares for both",
            f"bin/create-all-jobs {owner.name} --prepare",
        )
    prepare_state_bucket(environment)
    prepare_project(environment, connect)


def find_owner(catalog: Catalog, environment: Environment) -> Environment:
    """The environment that makes what all environments of the project share."""
    return next(e for e in catalog.environments.values() if e.owns_project and e.project == environment.project)


def prepare_state_bucket(environment: Environment) -> None:
    """Makes the bucket of the states unless it is there. Its own state is thrown away: every run adopts it anew."""
    bucket = f"{environment.project}-terraform-state"
    values = {"bucket": bucket, "project": environment.project, "region": environment.region}
    variables = tuple(f"-var={name}={value}" for name, value in values.items())
    with tempfile.TemporaryDirectory() as folder:
        terraform = Terraform(TERRAFORM / "state-bucket", {"TF_DATA_DIR": f"{folder}/data"})
        terraform.read(commands.init(path=f"{folder}/terraform.tfstate"))
        adopt_bucket(terraform, variables, bucket)
        terraform.read(commands.apply_unasked(variables))


def prepare_project(environment: Environment, connect: Callable[[], GoogleSession]) -> None:
    """Makes APIs, registry and secrets; the APIs first, since what exists of the others cannot be listed before."""
    terraform = Terraform(TERRAFORM / "environments" / environment.name)
    variables = commands.variables_of(environment)
    terraform.read(commands.init())
    terraform.read(commands.apply_unasked(variables, f"{PROJECT}.google_project_service.api"))
    with tempfile.TemporaryDirectory() as folder, fresh_imports(terraform.folder) as imports:
        plan = Path(folder, "plan")
        planned = plan_takeover(terraform, commands.plan(variables, plan, PROJECT), plan, imports, connect)
        for identifier, exists in list_wanted(planned.document):
            show(f"  {'found' if exists else 'makes'} {identifier}")
        if planned.document:
            terraform.read(commands.apply_plan(plan))


def adopt_bucket(terraform: Terraform, variables: commands.Command, bucket: str) -> None:
    """Takes it into the state if it exists, and says so; anything but its absence raises TerraformFailed."""
    command = commands.adopt(variables, "google_storage_bucket.state", bucket)
    process = terraform.attempt(command)
    if process.returncode == 0:
        show(f"  found {bucket}")
    elif NOTHING_TO_ADOPT in process.stderr:
        show(f"  makes {bucket}")
    else:
        raise terraform.failure(command, process)
