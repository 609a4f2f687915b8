"""bin/completion: what a shell has to know to complete the commands of bin/."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from importlib import import_module

from operations.terminal.output import run_command
from runtime import VERSION
from runtime.config.catalog import Catalog, load_catalog
from runtime.process.errors import DONE

SHELLS = ("bash", "zsh")
EPILOG = """\
bash: eval "$(bin/completion bash)"    zsh: eval "$(bin/completion zsh)", after compinit
Put it into ~/.bashrc or ~/.zshrc with the checkout's path; it completes environments, jobs, their aliases, options."""
# Each has build_parser().
COMMANDS = (
    "build_image",
    "create_all_jobs",
    "describe",
    "doctor",
    "list_jobs",
    "logs",
    "pause",
    "release",
    "resume",
    "retry",
    "run_job",
)


def complete(shell: str, catalog: Catalog) -> str:
    """The script for all commands."""
    shtab = import_module("shtab")
    scripts = []
    for parser in build_parsers(catalog):
        # A shell looks a command up by the name behind the last slash.
        parser.prog = parser.prog.removeprefix("bin/")
        scripts.append(str(shtab.complete(parser, shell)))
    return "\n".join(scripts)


def build_parsers(catalog: Catalog) -> Iterable[argparse.ArgumentParser]:
    """Every command's, with the words that may stand for its environments and jobs."""
    environments = list(catalog.environments)
    jobs = [name for job in catalog.jobs for name in (job.name, *job.aliases)]
    module = "operations.executions.usage"
    for command in COMMANDS:
        holder = module if command == "run_job" else f"operations.commands.{command}"
        parser: argparse.ArgumentParser = import_module(holder).build_parser()
        if holder == module:
            options = {option.flag for job in catalog.jobs for option in job.options}
            parser.add_argument("options", nargs="*", choices=sorted(options))
        for action in parser._actions:
            if action.metavar == "ENV":
                action.choices = environments
            elif action.metavar == "JOB":
                action.choices = jobs
        yield parser


def main(arguments: list[str] | None = None) -> int:
    """The command; 0, or 2 for wrong usage."""
    parser = argparse.ArgumentParser(
        prog="bin/completion",
        description="Writes a script that completes the commands of bin/ in a shell.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("shell", metavar="SHELL", choices=SHELLS, help=" or ".join(SHELLS))
    parser.add_argument("--version", action="version", version=f"%(prog)s {VERSION}")
    choices = parser.parse_args(arguments)
    return run_command("completion", lambda: _perform(choices.shell))


def _perform(shell: str) -> int:
    # A script for a shell, not a text for a reader.
    sys.stdout.write(complete(shell, load_catalog()) + "\n")
    return DONE


if __name__ == "__main__":
    sys.exit(main())
