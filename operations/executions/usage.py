"""The command line of bin/run-job."""

from __future__ import annotations

import argparse

from operations.executions.verdict import EXIT_STATUSES
from operations.terminal.arguments import make_parser
from operations.terminal.table import find_width, list_terms
from runtime.config.catalog import load_catalog
from runtime.config.environment import Environment
from runtime.config.job import Job
from runtime.process.errors import JobError

DESCRIPTION = """\
Runs a job in Cloud Run, shows its log as it comes, and ends with the job's own exit status.
bin/run-job ENV JOB --help has the job's own options too."""
HELP = ("-h", "--help")


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    """What is behind the first `--` is the job's, as `arguments`. Exits with 2 for wrong usage, with 0 after --help."""
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    parser = build_parser()
    if any(flag in arguments[:cut] for flag in HELP):
        parser.epilog = "\n\n".join(filter(None, (_find_options(arguments[:cut]), parser.epilog)))
    choices, unknown = parser.parse_known_intermixed_args(arguments[:cut])
    if unknown:
        parser.error(f"unknown: {' '.join(unknown)}; a job's own options go after a --: ENV JOB -- {unknown[0]}")
    choices.arguments = tuple("--help" if argument in HELP else argument for argument in arguments[cut + 1 :])
    if (choices.follow or choices.cancel) and (choices.arguments or choices.tasks or choices.asynchronous):
        parser.error("--follow and --cancel are about an execution that exists: they start nothing")
    return choices


def describe_options(job: Job, environment: Environment | None = None) -> str:
    """A job's own options and how they are given."""
    call = f"bin/run-job {environment.name if environment else 'ENV'} {job.name}"
    if not job.options:
        return f"{job.name} has no options: {call}"
    options = {" ".join(filter(None, (each.flag, each.value))): each.help for each in job.options}
    first = f"options of {job.name}, behind a --: {call} -- {next(iter(options))}"
    return "\n".join((first, *list_terms(options, find_width())))


def _find_options(arguments: list[str]) -> str:
    """The options of the job that is named, empty if none is."""
    words = [argument for argument in arguments if not argument.startswith("-")]
    try:
        return describe_options(load_catalog().find(words[1])) if len(words) > 1 else ""
    except JobError:
        return ""


def build_parser() -> argparse.ArgumentParser:
    """Of all that is in front of the `--`."""
    usage = "bin/run-job ENV JOB [options] [-- job's options]"
    parser = make_parser("run-job", DESCRIPTION, EXIT_STATUSES, usage)
    parser.add_argument("job", metavar="JOB", help="short name, alias or full name; bin/list-jobs ENV lists them")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--async", dest="asynchronous", action="store_true", help="start it and do not wait")
    mode.add_argument("--follow", metavar="EXECUTION", type=read_execution, help="watch one that was started before")
    mode.add_argument("--cancel", metavar="EXECUTION", type=read_execution, help="stop one that is running")
    shards = "how many tasks divide the work, of a job that divides it"
    parser.add_argument("--tasks", type=read_count, metavar="N", help=shards)
    add_watching(parser)
    return parser


def add_watching(parser: argparse.ArgumentParser) -> None:
    """The options of every command that watches an execution."""
    parser.add_argument("--timeout", type=read_count, metavar="SECONDS", help="stop watching then; the job goes on")
    parser.add_argument("--open", action="store_true", help="the execution in Google's console too, in a browser")


def read_count(text: str) -> int:
    """A number above 0, else ArgumentTypeError."""
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= 10_000_000):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return int(text)


def read_execution(text: str) -> str:
    """The short name of an execution that is given by that or by its full name, else ArgumentTypeError."""
    name = text.rpartition("/")[2]
    if not (name.isascii() and name.replace("-", "").isalnum()):
        raise argparse.ArgumentTypeError(f"{text!r} is not an execution's name")
    return name
