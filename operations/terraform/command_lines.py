"""Terraform's command lines, as the operators' commands use them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from runtime.config.environment import Environment

Command = tuple[str, ...]

# An apply of a colleague ends within a few minutes.
LOCK = "-lock-timeout=300s"


def variables_of(environment: Environment) -> Command:
    """The option that gives a root its environment's values."""
    return (f"-var-file={environment.name}.tfvars",)


def init(**backend: str) -> Command:
    """Prepares the folder; `backend` completes its backend's settings."""
    return ("init", "-input=false", *(f"-backend-config={name}={value}" for name, value in backend.items()))


def plan(variables: Command, file: Path, *targets: str) -> Command:
    """Shows what would change (of the targets, if any) and keeps it in the file; exit status 2 for any change."""
    return ("plan", "-input=false", LOCK, "-detailed-exitcode", f"-out={file}", *_aim(targets), *variables)


def apply_plan(file: Path) -> Command:
    """Does exactly what the plan in the file showed."""
    return ("apply", "-input=false", LOCK, str(file))


def apply_unasked(variables: Command, *targets: str) -> Command:
    """Creates or changes everything, or the targets and what they need."""
    return ("apply", "-input=false", LOCK, "-auto-approve", *_aim(targets), *variables)


def _aim(targets: Iterable[str]) -> Command:
    return tuple(f"-target={target}" for target in targets)


def adopt(variables: Command, address: str, identifier: str) -> Command:
    """Takes an object that exists into the state."""
    return ("import", "-input=false", LOCK, *variables, address, identifier)


def forget(environment: Environment, addresses: Iterable[str]) -> str:
    """What an operator types to have Terraform forget objects without touching them."""
    quoted = " ".join(f"'{address}'" for address in addresses)
    return f"terraform -chdir=terraform/environments/{environment.name} state rm {quoted}"


def unlock(environment: Environment, identifier: str) -> str:
    """What an operator types to free the state of a run that cannot do it any more; Terraform asks before it does."""
    return f"terraform -chdir=terraform/environments/{environment.name} force-unlock {identifier}"


def read_outputs() -> Command:
    """The outputs, as JSON."""
    return ("output", "-json")


def show_state() -> Command:
    """The state, as JSON."""
    return ("show", "-json")


def show_plan(file: Path) -> Command:
    """The plan in the file, as JSON."""
    return ("show", "-json", str(file))
