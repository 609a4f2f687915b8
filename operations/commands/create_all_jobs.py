"""bin/create-all-jobs: makes an environment's jobs and triggers, after showing what will change."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from functools import cache

from operations.cloud.credentials import check_variables
from operations.cloud.google_session import GoogleSession
from operations.terminal.arguments import make_parser, parse
from operations.terminal.confirmation import require_confirmation
from operations.terminal.document import show_document
from operations.terminal.output import run_command, show
from operations.terraform.installation import Intent, create_all_jobs
from operations.terraform.preparation import prepare
from operations.terraform.readiness import list_first_steps
from operations.terraform.result import describe_inventory
from operations.terraform.version import require_terraform
from runtime.config.catalog import Catalog, load_catalog
from runtime.config.environment import Environment
from runtime.process.clock import Clock
from runtime.process.errors import UsageError


def main(arguments: list[str] | None = None) -> int:
    """The command; its exit status is 0, 1 for a failure or a refusal by the operator, 2 for wrong usage."""
    choices = parse(build_parser(), arguments)
    return run_command("create-all-jobs", lambda: _perform(choices))


def _perform(choices: argparse.Namespace) -> int:
    if choices.prepare and choices.full:
        raise UsageError("--prepare shows no plan, so there is no --full of it", "omit --full")
    require_terraform()
    catalog = load_catalog()
    environment = catalog.environment(choices.environment)
    check_variables(os.environ, environment)
    session = cache(lambda: GoogleSession(environment, os.environ, clock=Clock()))
    intent, outputs = Intent(choices.plan, choices.write_imports, choices.full), ""
    with redirect_stdout(sys.stderr if choices.json else sys.stdout):
        if choices.prepare:
            prepare_environment(catalog, environment, session)
        else:
            outputs = create_all_jobs(catalog, environment, intent, session)
    if choices.json:
        show_document(environment, describe_inventory(catalog, outputs), applied=bool(outputs))
    return 0


def prepare_environment(catalog: Catalog, environment: Environment, connect: Callable[[], GoogleSession]) -> None:
    """Makes what the jobs need and says what is left to do by hand."""
    require_confirmation(environment, "Make the state bucket, the APIs, the registry and the secrets that are missing")
    prepare(catalog, environment, connect)
    show(f"\n{environment.project} is prepared. Next, the first commands only for a secret that has no value yet:")
    show("\n".join(f"  {step}" for step in list_first_steps(catalog, environment)))


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
    parser.add_argument(
        "--full", action="store_true", help="show all that Terraform says of plan and apply, not a summary"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
