"""From the catalogs to an environment's jobs: plan, summary, question, apply."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from operations.cloud.google_session import GoogleSession
from operations.terminal.activity import Activity
from operations.terminal.confirmation import require_confirmation
from operations.terminal.output import show
from operations.terminal.printable import SECRETS
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


@dataclass(frozen=True, slots=True)
class Intent:
    """Whether to stop at the plan, to leave its import blocks for an apply by hand, to show Terraform's whole text."""

    plan: bool
    write_imports: bool
    full: bool


def create_all_jobs(
    catalog: Catalog, environment: Environment, intent: Intent, connect: Callable[[], GoogleSession]
) -> str:
    """Plans, taking over what exists, asks if the environment is protected, applies exactly that plan, lists it all.

    Returns Terraform's outputs, nothing if no more than a plan was asked for.
    """
    terraform = Terraform(TERRAFORM / "environments" / environment.name)
    try:
        with (
            tempfile.TemporaryDirectory() as folder,
            fresh_imports(terraform.folder, keep=intent.write_imports) as file,
        ):
            plan = Path(folder, "plan")
            show(f"Planning {environment.name} ({environment.project}) and looking at what it has ...")
            with Activity() as activity:
                activity.report("terraform init")
                terraform.read(commands.init())
                command = commands.plan(commands.variables_of(environment), plan)
                read = Progress(activity, "terraform plan").read
                planned = plan_takeover(terraform, command, plan, file, connect, read)
            _show_plan(planned, intent)
            if intent.write_imports:
                show(_explain_imports(environment, planned))
            if intent.plan or intent.write_imports:
                return ""
            if planned.document:
                require_confirmation(environment, "Apply these changes")
                _apply(terraform, environment, plan, planned, intent)
    except TerraformFailed as failure:
        raise explain_failure(failure, terraform, catalog, environment) from failure
    outputs = terraform.read(commands.read_outputs())
    show(render_inventory(catalog, environment, outputs))
    if leftovers := render_leftovers(catalog, connect):
        show(f"\n{leftovers}")
    return outputs


def _show_plan(planned: Planned, intent: Intent) -> None:
    if intent.full:
        # Colored as Terraform has it.
        print(SECRETS.redact(planned.text), end="", flush=True)
    else:
        show("".join((*list_warnings(planned.text), "\n", render_summary(planned.document))))
    if taken_over := describe_takeover(planned.existing):
        show(f"\n{taken_over}")


def _apply(terraform: Terraform, environment: Environment, plan: Path, planned: Planned, intent: Intent) -> None:
    command = commands.apply_plan(plan)
    if intent.full:
        terraform.run(command)
        return
    total = len(list_changes(planned.document))
    show(f"\nApplying to {environment.name} ({total} resources) ...")
    with Activity() as activity:
        progress = Progress(activity, "terraform apply", total)
        try:
            output = terraform.watch(command, progress.read).stdout
        except TerraformFailed:
            show(f"{progress.done} of {total} resources are done, the next run makes the rest.")
            raise
    # The plan's warnings come again.
    told = set(list_warnings(planned.text))
    show("\n".join(line.rstrip() for line in list_warnings(output) if line not in told))


def _explain_imports(environment: Environment, planned: Planned) -> str:
    folder = f"terraform/environments/{environment.name}"
    if not planned.existing:
        return f"\nNothing exists to take over: {folder}/{IMPORTS} is not written."
    apply = f"terraform -chdir={folder} apply {commands.variables_of(environment)[0]}"
    return f"\n{folder}/{IMPORTS} is written. Next: {apply}, then remove the file."
