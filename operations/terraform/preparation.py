"""What an environment needs before its jobs: state bucket, APIs, registry, empty secrets."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from operations.terraform import command_lines as commands
from operations.terraform.run import Terraform
from runtime.config.catalog import ROOT, Catalog
from runtime.config.environment import Environment
from runtime.process.errors import UsageError

TERRAFORM = Path(ROOT, "terraform")
PROJECT = "module.environment.module.project[0]"
# Terraform's own words for an import of something that is not there.
NOTHING_TO_ADOPT = "Cannot import non-existent remote object"


@dataclass(frozen=True, slots=True)
class Existing:
    """Something that a project may already have: its address here, its identifier there."""

    address: str
    identifier: str


def prepare(catalog: Catalog, environment: Environment) -> None:
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
    prepare_project(catalog, environment)


def find_owner(catalog: Catalog, environment: Environment) -> Environment:
    """The environment that makes what all environments of the project share."""
    return next(e for e in catalog.environments.values() if e.owns_project and e.project == environment.project)


def prepare_state_bucket(environment: Environment) -> None:
    """Makes the bucket of the states unless it is there. Its own state is thrown away: every run adopts it anew."""
    bucket = Existing("google_storage_bucket.state", f"{environment.project}-terraform-state")
    values = {"bucket": bucket.identifier, "project": environment.project, "region": environment.region}
    variables = tuple(f"-var={name}={value}" for name, value in values.items())
    with tempfile.TemporaryDirectory() as folder:
        terraform = Terraform(TERRAFORM / "state-bucket", {"TF_DATA_DIR": f"{folder}/data"})
        terraform.read(commands.init(path=f"{folder}/terraform.tfstate"))
        adopt_existing(terraform, variables, bucket)
        terraform.read(commands.apply_unasked(variables))


def prepare_project(catalog: Catalog, environment: Environment) -> None:
    """Makes APIs, registry and secrets; the APIs first, since the others cannot be looked up before."""
    terraform = Terraform(TERRAFORM / "environments" / environment.name)
    variables = commands.variables_of(environment)
    terraform.read(commands.init())
    terraform.read(commands.apply_unasked(variables, f"{PROJECT}.google_project_service.api"))
    known = terraform.read(commands.list_state()).splitlines()
    for existing in list_adoptable(catalog, environment):
        if existing.address not in known:
            adopt_existing(terraform, variables, existing)
    terraform.read(commands.apply_unasked(variables, PROJECT))


def list_adoptable(catalog: Catalog, environment: Environment) -> list[Existing]:
    """What the project may have already: the registry, and the secrets of all its environments."""
    project = environment.project
    names = {
        catalog.secret_name(variable, neighbor)
        for neighbor in catalog.environments.values()
        if neighbor.project == project
        for variable in catalog.secrets
    }
    return [
        Existing(
            f"{PROJECT}.google_artifact_registry_repository.gcr", f"projects/{project}/locations/us/repositories/gcr.io"
        ),
        *(
            Existing(f'{PROJECT}.google_secret_manager_secret.secret["{name}"]', f"projects/{project}/secrets/{name}")
            for name in sorted(names)
        ),
    ]


def adopt_existing(terraform: Terraform, variables: commands.Command, existing: Existing) -> None:
    """Takes it into the state if it exists, and says so; anything but its absence raises TerraformFailed."""
    command = commands.adopt(variables, existing.address, existing.identifier)
    process = terraform.attempt(command)
    if process.returncode == 0:
        print(f"  found {existing.identifier}", flush=True)
    elif NOTHING_TO_ADOPT in process.stderr:
        print(f"  makes {existing.identifier}", flush=True)
    else:
        raise terraform.failure(command, process)
