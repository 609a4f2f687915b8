"""bin/list-jobs: an environment's jobs at a glance, or one job's executions."""

from __future__ import annotations

import argparse
import json
import os
import sys

from operations.cloud.google_session import GoogleSession
from operations.cloud.run_jobs import RunJobs
from operations.inventory.survey import survey
from operations.inventory.table import describe_execution, describe_survey, render_executions, render_survey
from operations.terminal.output import run_command
from runtime.config.catalog import Catalog, load_catalog
from runtime.process.clock import Clock

WATCH_SECONDS = 10.0
# ECMA-48: cursor home, erase to the end of the screen.
REDRAW = "\x1b[H\x1b[J"
EPILOG = """\
LAST is the latest execution that has ended. The last column names what is not as the catalog says:
  OVERDUE   the last tick passed without a whole run that succeeded (10 minutes after all its attempts' timeouts)
  MISSING   bin/create-all-jobs ENV makes it
  image, cron, timeout, tasks: what is there, and what should be; the image is the one that was built last from this
            checkout, else the one that most jobs have"""


class Command:
    """One call of bin/list-jobs."""

    def __init__(self, choices: argparse.Namespace, clock: Clock) -> None:
        """Checks everything that can be checked before anything is sent."""
        self._catalog: Catalog = load_catalog()
        environment = self._catalog.environment(choices.environment)
        self._job = self._catalog.find(choices.job) if choices.job else None
        self._choices = choices
        self._clock = clock
        self._session = GoogleSession(environment, os.environ, clock=clock, verbose=choices.verbose)

    def perform(self) -> int:
        """Prints once, or until Ctrl-C."""
        if not self._choices.watch:
            print(self._look())
            return 0
        try:
            while True:
                text = self._look()
                print(f"{REDRAW}{text}" if sys.stdout.isatty() else f"{text}\n", flush=True)
                self._clock.sleep(WATCH_SECONDS)
        except KeyboardInterrupt:
            return 0

    def _look(self) -> str:
        if self._job is None:
            found = survey(self._catalog, self._session)
            return json.dumps(describe_survey(found), indent=2) if self._choices.json else render_survey(found)
        executions = RunJobs(self._session).list_executions(self._job)
        if self._choices.json:
            return json.dumps([describe_execution(execution) for execution in executions], indent=2)
        return render_executions(executions)


def main(arguments: list[str] | None = None) -> int:
    """The command; its exit status is 0 in any state of the jobs."""
    parser = argparse.ArgumentParser(
        prog="bin/list-jobs",
        description="Shows an environment's jobs, or the latest executions of one.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("environment", metavar="ENV", help="test, stage or prod")
    parser.add_argument("job", metavar="JOB", nargs="?", help="this job's executions instead")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="as one JSON document")
    form.add_argument("--watch", action="store_true", help=f"again every {WATCH_SECONDS:.0f} s, until Ctrl-C")
    parser.add_argument("--verbose", action="store_true", help="this command's requests too")
    choices = parser.parse_args(arguments)
    return run_command("list-jobs", lambda: Command(choices, Clock()).perform())


if __name__ == "__main__":
    sys.exit(main())
