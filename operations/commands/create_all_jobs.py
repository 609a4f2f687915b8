"""bin/create-all-jobs: makes an environment's jobs and triggers, after showing what will change."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

from operations.cloud.credentials import check_variables
from operations.terminal.arguments import make_parser, parse
from operations.terminal.confirmation import require_confirmation
from operations.terminal.output import run_command
from operations.terraform import command_lines as commands
from operations.terraform.preparation import TERRAFORM, prepare
from operations.terraform.readiness import explain_failure, list_first_steps
from operations.terraform.run import CHANGES_PLANNED, Terraform, TerraformFailed
from operations.terraform.version import require_terraform
from runtime.config.catalog import Catalog, load_catalog
from runtime.config.environment import Environment


def main(arguments: list[str] | None = None) -> int:
    """The command; its exit status is 0, 1 for a failure or a refusal by the operator, 2 for wrong usage."""
    choices = parse(build_parser(), arguments)
    return run_command("create-all-jobs", lambda: _perform(choices))


def _perform(choices: argparse.Namespace) -> int:
    require_terraform()
    catalog = load_catalog()
    environment = catalog.environment(choices.environment)
    check_variables(os.environ, environment)
    if choices.prepare:
        prepare_environment(catalog, environment)
    else:
        create_all_jobs(catalog, environment, plan_only=choices.plan)
    return 0


def create_all_jobs(catalog: Catalog, environment: Environment, *, plan_only: bool) -> None:
    """Plans, asks where the environment is protected, applies exactly that plan, and lists what there is."""
    terraform = Terraform(TERRAFORM / "environments" / environment.name)
    try:
        with tempfile.TemporaryDirectory() as folder:
            plan = Path(folder, "plan")
            terraform.read(commands.init())
            status = terraform.run(
                commands.plan(commands.variables_of(environment), plan), accepted=(0, CHANGES_PLANNED)
            )
            if plan_only:
                return
            if status == CHANGES_PLANNED:
                require_confirmation(environment, "Apply these changes")
                terraform.run(commands.apply_plan(plan))
    except TerraformFailed as failure:
        raise explain_failure(failure, terraform, catalog, environment) from failure
    print(render_inventory(catalog, environment, terraform.read(commands.read_outputs())))


def prepare_environment(catalog: Catalog, environment: Environment) -> None:
    """Makes what the jobs need and says what is left to do by hand."""
    require_confirmation(environment, "Make the state bucket, the APIs, the registry and the secrets that are missing")
    prepare(catalog, environment)
    print(f"\n{environment.project} is prepared. Next, with a secret's value typed or pasted at each first command:")
    print("\n".join(f"  {step}" for step in list_first_steps(catalog, environment)))


def render_inventory(catalog: Catalog, environment: Environment, outputs: str) -> str:
    """The jobs and triggers that Terraform's outputs (JSON) name, one job a line, in the catalog's order."""
    values = json.loads(outputs)
    jobs, triggers = values["jobs"]["value"], values["triggers"]["value"]
    lines = [f"\n{len(jobs)} jobs and {len(triggers)} triggers in {environment.name} ({environment.project}):"]
    for name in (job.name for job in catalog.jobs if job.name in jobs):
        lines.append(f"  {name:14} {jobs[name]:38} {_render_trigger(triggers.get(name))}".rstrip())
    return "\n".join(lines)


def _render_trigger(trigger: dict[str, object] | None) -> str:
    if trigger is None:
        return ""
    return f"{trigger['schedule']:11} {trigger['name']}"


def build_parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = make_parser("create-all-jobs", "Makes an environment's jobs and triggers, after showing what will change.")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--plan", action="store_true", help="show what would change, and change nothing")
    mode.add_argument(
        "--prepare", action="store_true", help="make what the jobs need first: state bucket, APIs, registry, secrets"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
