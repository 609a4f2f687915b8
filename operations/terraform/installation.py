"""From the catalogs to an environment's jobs: plan, summary, question, apply."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from operations.cloud.google_session import GoogleSession
from operations.terminal.activity import Activity
from operations.terminal.confirmation import require_confirmation
from operations.terminal.output import show
from operations.terraform import command_lines as commands
from operations.terraform.preparation import TERRAFORM
from operations.terraform.progress import Progress, list_warnings
from operations.terraform.readiness import explain_failure
from operations.terraform.result import render_inventory, render_leftovers
from operations.terraform.run import Terraform, TerraformFailed
from operations.terraform.summary import list_changes, render_summary
from operations.terraform.takeover import IMPORTS, Planned, describe_takeover, fresh_imports, plan_takeover
from runtime.config.catalog import Catalog
from runtime.config.environment import Environment
from runtime.process.clock import Clock


@dataclass(frozen=True, slots=True)
class Intent:
    """Whether to stop at the plan, to leave its import blocks for an apply by hand, to show Terraform's whole text."""

    plan: bool
    write_imports: bool
    full: bool


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
            with Activity() as activity:
                activity.tell("terraform init")
                terraform.read(commands.init())
                command = commands.plan(commands.variables_of(environment), plan)
                read = Progress(activity, "terraform plan").read
                planned = plan_takeover(terraform, command, plan, file, session, read)
            _show_plan(planned, intent)
            if intent.write_imports:
                print(_explain_imports(environment, planned))
            if intent.plan or intent.write_imports:
                return ""
            if planned.document:
                require_confirmation(environment, "Apply these changes")
                _apply(terraform, environment, plan, planned, intent)
    except TerraformFailed as failure:
        raise explain_failure(failure, terraform, catalog, environment) from failure
    outputs = terraform.read(commands.read_outputs())
    print(render_inventory(catalog, environment, outputs))
    print(render_leftovers(catalog, session), end="")
    return outputs


def _show_plan(planned: Planned, intent: Intent) -> None:
    if intent.full:
        print(planned.text, end="")
    else:
        print("".join(list_warnings(planned.text)), end="")
        show(f"\n{render_summary(planned.document)}")
    if planned.existing:
        print(f"\nTo be taken over: {describe_takeover(planned.existing)}.")


def _apply(terraform: Terraform, environment: Environment, plan: Path, planned: Planned, intent: Intent) -> None:
    command = commands.apply_plan(plan)
    if intent.full:
        terraform.run(command)
        return
    total = len(list_changes(planned.document))
    print(f"\nApplying to {environment.name} ({total} resources) ...", flush=True)
    with Activity() as activity:
        progress = Progress(activity, "terraform apply", total)
        try:
            output = terraform.watch(command, progress.read).stdout
        except TerraformFailed:
            print(f"{progress.done} of {total} resources are done, the next run makes the rest.", flush=True)
            raise
    print("".join(list_warnings(output)), end="")


def _explain_imports(environment: Environment, planned: Planned) -> str:
    folder = f"terraform/environments/{environment.name}"
    if not planned.existing:
        return f"\nNothing exists to take over: {folder}/{IMPORTS} is not written."
    apply = f"terraform -chdir={folder} apply {commands.variables_of(environment)[0]}"
    return f"\n{folder}/{IMPORTS} is written. Next: {apply}, then remove the file."
