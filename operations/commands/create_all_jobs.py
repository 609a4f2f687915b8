"""bin/create-all-jobs: makes an environment's jobs and triggers, after showing what will change."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from operations.cloud.credentials import check_variables
from operations.cloud.google_session import GoogleSession
from operations.inventory.leftovers import look_for_leftovers
from operations.terminal.arguments import make_parser, parse
from operations.terminal.confirmation import require_confirmation
from operations.terminal.document import show_document
from operations.terminal.output import run_command
from operations.terminal.printable import escape
from operations.terraform import command_lines as commands
from operations.terraform.preparation import TERRAFORM, prepare
from operations.terraform.readiness import explain_failure, list_first_steps
from operations.terraform.run import Terraform, TerraformFailed
from operations.terraform.takeover import IMPORTS, Planned, describe_takeover, fresh_imports, plan_takeover
from operations.terraform.version import require_terraform
from runtime.config.catalog import Catalog, load_catalog
from runtime.config.environment import Environment
from runtime.process.clock import Clock
from runtime.process.errors import JobError


def main(arguments: list[str] | None = None) -> int:
    """The command; its exit status is 0, 1 for a failure or a refusal by the operator, 2 for wrong usage."""
    choices = parse(build_parser(), arguments)
    return run_command("create-all-jobs", lambda: _perform(choices))


def _perform(choices: argparse.Namespace) -> int:
    require_terraform()
    catalog = load_catalog()
    environment = catalog.environment(choices.environment)
    check_variables(os.environ, environment)
    outputs = ""
    with redirect_stdout(sys.stderr if choices.json else sys.stdout):
        if choices.prepare:
            prepare_environment(catalog, environment)
        else:
            outputs = create_all_jobs(catalog, environment, Intent(choices.plan, choices.write_imports))
    if choices.json:
        show_document(environment, describe_inventory(catalog, outputs), applied=bool(outputs))
    return 0


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


@dataclass(frozen=True, slots=True)
class Intent:
    """Whether to stop at the plan, and whether to leave its import blocks for an apply by hand."""

    plan: bool
    write_imports: bool


def create_all_jobs(catalog: Catalog, environment: Environment, intent: Intent) -> str:
    """Plans, taking over what exists, asks if the environment is protected, applies exactly that plan, lists it all.

    Returns Terraform's outputs, nothing if no more than a plan was asked for.
    """
    terraform = Terraform(TERRAFORM / "environments" / environment.name)
    session = cache(lambda: GoogleSession(environment, os.environ, clock=Clock()))
    try:
        with (
            tempfile.TemporaryDirectory() as folder,
            fresh_imports(terraform.folder, keep=intent.write_imports) as file,
        ):
            plan = Path(folder, "plan")
            print(f"Planning {environment.name} ({environment.project}) and looking at what it has ...", flush=True)
            terraform.read(commands.init())
            command = commands.plan(commands.variables_of(environment), plan)
            planned = plan_takeover(terraform, command, plan, file, session)
            print(planned.text, end="")
            if planned.existing:
                print(f"\nTo be taken over: {describe_takeover(planned.existing)}.")
            if intent.write_imports:
                print(_explain_imports(environment, planned))
            if intent.plan or intent.write_imports:
                return ""
            if planned.changes:
                require_confirmation(environment, "Apply these changes")
                terraform.run(commands.apply_plan(plan))
    except TerraformFailed as failure:
        raise explain_failure(failure, terraform, catalog, environment) from failure
    outputs = terraform.read(commands.read_outputs())
    print(render_inventory(catalog, environment, outputs))
    print(render_leftovers(catalog, session), end="")
    return outputs


def _explain_imports(environment: Environment, planned: Planned) -> str:
    folder = f"terraform/environments/{environment.name}"
    if not planned.existing:
        return f"\nNothing exists to take over: {folder}/{IMPORTS} is not written."
    apply = f"terraform -chdir={folder} apply {commands.variables_of(environment)[0]}"
    return f"\n{folder}/{IMPORTS} is written. Next: {apply}, then remove the file."


def prepare_environment(catalog: Catalog, environment: Environment) -> None:
    """Makes what the jobs need and says what is left to do by hand."""
    require_confirmation(environment, "Make the state bucket, the APIs, the registry and the secrets that are missing")
    prepare(catalog, environment)
    print(f"\n{environment.project} is prepared. Next, with a secret's value typed or pasted at each first command:")
    print("\n".join(f"  {step}" for step in list_first_steps(catalog, environment)))


def render_inventory(catalog: Catalog, environment: Environment, outputs: str) -> str:
    """The jobs and triggers of Terraform's outputs (JSON), one job a line in the catalog's order, and the dashboard."""
    values = json.loads(outputs)["environment"]["value"]
    jobs, triggers = values["jobs"], values["triggers"]
    lines = [f"\n{len(jobs)} jobs and {len(triggers)} triggers in {environment.name} ({environment.project}):"]
    for name in (job.name for job in catalog.jobs if job.name in jobs):
        lines.append(f"  {name:14} {jobs[name]:38} {_render_trigger(triggers.get(name))}".rstrip())
    return "\n".join((*lines, f"Dashboard: {values['dashboard']}"))


def _render_trigger(trigger: dict[str, object] | None) -> str:
    if trigger is None:
        return ""
    return f"{trigger['schedule']:11} {trigger['name']}"


def render_leftovers(catalog: Catalog, connect: Callable[[], GoogleSession]) -> str:
    """What is no longer needed, with the commands that remove it; nothing if there is none."""
    try:
        leftovers = look_for_leftovers(catalog, connect())
    except JobError as error:
        return f"\nDid not look for jobs and triggers that are no longer needed: {error}\n"
    if not leftovers:
        return ""
    lines = [f"  {escape(found.name)}: {found.detail}\n    {escape(found.removal)}" for found in leftovers]
    return "\n".join(("\nNot in the catalog, with the commands that remove them:", *lines, ""))


def build_parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = make_parser("create-all-jobs", "Makes an environment's jobs and triggers, after showing what will change.")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--plan", action="store_true", help="show what would change, and change nothing")
    mode.add_argument(
        "--write-imports",
        action="store_true",
        help="the same, and leave the import blocks of what exists, for a `terraform apply` by hand",
    )
    mode.add_argument(
        "--prepare", action="store_true", help="make what the jobs need first: state bucket, APIs, registry, secrets"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
