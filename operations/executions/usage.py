"""The command line of bin/run-job."""

from __future__ import annotations

import argparse

from operations.executions.verdict import EXIT_STATUSES

# The one job whose tasks divide the work; in the others each task would do all of it.
SHARDED = "org-sync-all"
DESCRIPTION = "Runs a job in Cloud Run, shows its log as it comes, and ends with the job's own exit status."


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    """What is behind the first `--` is the job's, as `arguments`. Exits with 2 for wrong usage."""
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    parser = _make_parser()
    choices, unknown = parser.parse_known_args(arguments[:cut])
    if unknown:
        parser.error(f"unknown: {' '.join(unknown)}; a job's own options stand behind a --: ENV JOB -- {unknown[0]}")
    choices.arguments = tuple(arguments[cut + 1 :])
    if (choices.follow or choices.cancel) and (choices.arguments or choices.tasks or choices.asynchronous):
        parser.error("--follow and --cancel are about an execution that exists: they start nothing")
    return choices


def _make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bin/run-job",
        usage="bin/run-job ENV JOB [options] [-- job's options]",
        description=DESCRIPTION,
        epilog=EXIT_STATUSES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("environment", metavar="ENV", help="test, stage or prod")
    parser.add_argument("job", metavar="JOB", help="short name, alias or full name; bin/list-jobs ENV lists them")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--async", dest="asynchronous", action="store_true", help="start it and do not wait")
    mode.add_argument("--follow", metavar="EXECUTION", type=_read_execution, help="watch one that was started before")
    mode.add_argument("--cancel", metavar="EXECUTION", type=_read_execution, help="stop one that is running")
    parser.add_argument(
        "--tasks", type=_read_count, metavar="N", help=f"how many tasks divide the work ({SHARDED} only)"
    )
    parser.add_argument("--timeout", type=_read_count, metavar="SECONDS", help="stop watching then; the job goes on")
    parser.add_argument(
        "--json", action="store_true", help="the result as one JSON document; the log on standard error"
    )
    parser.add_argument("--verbose", action="store_true", help="this command's requests, and the log's DEBUG lines too")
    return parser


def _read_count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= 10_000_000):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return int(text)


def _read_execution(text: str) -> str:
    name = text.rpartition("/")[2]
    if not (name.isascii() and name.replace("-", "").isalnum()):
        raise argparse.ArgumentTypeError(f"{text!r} is no execution's name")
    return name
