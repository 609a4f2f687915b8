"""The edge of the commands that run Terraform against stand-ins: demo, plan, rehearse."""

from __future__ import annotations

from collections.abc import Callable

from operations.terminal.output import run_command, say
from operations.terraform.version import require_terraform
from runtime.process.errors import FAILED, ConfigurationError


def run_with_terraform(name: str, perform: Callable[[], int]) -> int:
    """The command's exit status: 1 if Terraform is missing or too old, 130 after Ctrl-C, each with one line."""
    try:
        require_terraform()
    except ConfigurationError as error:
        say(f"make {name}: {error}")
        return FAILED
    return run_command(f"make {name}", perform)
