"""What every command of bin/ begins with: the packages that it takes are there, and the catalog is sound."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from runpy import run_module

from operations.catalog_check import check_catalog
from operations.terminal.output import run_command
from runtime.process.errors import ConfigurationError

# What the commands import of requirements/dev.txt; the modules that use them check that they are new enough.
PACKAGES = ("cryptography", "google.auth", "jinja2", "requests", "rich", "shtab")


def main() -> int:
    """Runs the command that is the first argument; 2 with the names of the packages if some are missing."""
    command = sys.argv[1]
    status = run_command(command.replace("_", "-"), _check)
    if status == 0:
        del sys.argv[1]
        run_module(f"operations.commands.{command}", run_name="__main__", alter_sys=True)
    return status


def _check() -> int:
    if missing := [name for name in PACKAGES if not _is_installed(name)]:
        raise ConfigurationError(f"Python packages are not installed: {', '.join(missing)}", "make setup, once")
    check_catalog()
    return 0


def _is_installed(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        # The package around it is missing too.
        return False


if __name__ == "__main__":
    sys.exit(main())
