"""bin/release: the jobs of a release, each only after the one before is done, then a look at the result."""

from __future__ import annotations

import argparse
import os
import sys

from operations.cloud.google_session import GoogleSession
from operations.cloud.platform_services import Services
from operations.cloud.run_jobs import RunJobs
from operations.diagnosis.finding import Health
from operations.executions.counts import format_counts
from operations.executions.start import describe_next_steps, report_running
from operations.executions.verdict import EXIT_STATUSES, REPORTED
from operations.release.image_check import require_jobs, require_migrations, require_order
from operations.release.job_runs import JobRun, JobRunner
from operations.release.progress import CHECK, Progress, Step
from operations.release.steps import VERIFY, find_migrations, list_jobs, list_left
from operations.release.verification import Verification
from operations.terminal.arguments import make_parser, parse
from operations.terminal.confirmation import require_confirmation
from operations.terminal.document import show_document
from operations.terminal.output import INTERRUPTED, run_command, say, show
from runtime.config.catalog import ROOT, load_catalog
from runtime.process.clock import Clock
from runtime.process.errors import DONE, FAILED, JobError

DESCRIPTION = """\
Runs {jobs}, each only after the one before is done, then verifies the result.
Stops at the first failure and says what to do; begins only if the deployed image holds this checkout's migrations."""
EPILOG = f"Ends with the status of the step that it stopped at, as bin/run-job does.\n\n{EXIT_STATUSES}"


class Command:
    """One call of bin/release."""

    def __init__(self, choices: argparse.Namespace, clock: Clock) -> None:
        """Checks everything that can be checked before anything is sent."""
        catalog = self._catalog = load_catalog()
        self._environment = catalog.environment(choices.environment)
        self._jobs, self._left = list_jobs(catalog), list_left(catalog, choices.start)
        session = GoogleSession(self._environment, os.environ, clock=clock, verbose=choices.verbose)
        self._session = session
        self._runner = JobRunner(session, clock, as_json=choices.json)
        self._as_json = choices.json
        services = Services(self._environment, os.environ, clock, choices.verbose)
        self._verification = Verification(catalog, session, services, self._runner)
        self._progress = Progress(catalog, self._environment, choices.start, clock, as_json=choices.json)

    def perform(self) -> int:
        """The release; the exit status."""
        runs = RunJobs(self._session)
        require_jobs(self._environment, self._jobs, runs.list_jobs())
        for job in self._left:
            report_running(runs.list_executions(job), say)
        require_confirmation(self._environment, f"Release: {', '.join((*(job.name for job in self._left), VERIFY))}")
        try:
            status = self._release()
        except JobError as error:
            say(f"release: {error}")
            self._progress.add_remedy(error)
            status = error.exit_status
            self._report_running()
        except KeyboardInterrupt:
            say("\nrelease: interrupted")
            status = INTERRUPTED
            self._report_running()
        text = self._progress.render()
        if self._as_json:
            steps = [describe_step(step) for step in self._progress.steps]
            names = {job.name for job in self._jobs}
            jobs = [step for step in steps if step["job"] in names]
            checks = [{"check": step.pop("job"), **step} for step in steps if step["job"] not in names]
            show_document(self._environment, jobs, released=status == DONE, exit_status=status, checks=checks)
        else:
            show(text)
        return status

    def _release(self) -> int:
        self._progress.begin(CHECK)
        report = self._run_status()
        if report.ended.verdict.exit_status not in (DONE, REPORTED):
            self._progress.end(report.status, report.ended.verdict.reason)
            return report.ended.verdict.exit_status
        require_migrations(self._environment, report, ROOT)
        require_order(self._environment, self._left, self._jobs[0], report)
        self._progress.end("done", "holds the migrations of this checkout")
        for job in self._left:
            self._progress.begin(job.name)
            run = self._runner.run(job)
            self._progress.end(run.status, describe_result(run))
            if not run.is_done:
                return run.ended.verdict.exit_status or FAILED
        return self._verify(report)

    def _verify(self, report: JobRun) -> int:
        self._progress.begin(VERIFY)
        findings = self._verification.check(self._run_status() if self._left else report)
        for finding in findings:
            self._progress.note(finding)
        wrong = [finding.name for finding in findings if finding.health is Health.WRONG]
        self._progress.end("failed" if wrong else "done", f"wrong: {', '.join(wrong)}" if wrong else "all is well")
        return FAILED if wrong else DONE

    def _run_status(self) -> JobRun:
        return self._runner.report(find_migrations(self._catalog), "--status")

    def _report_running(self) -> None:
        if self._runner.current is not None:
            job, execution = self._runner.current
            say(f"{execution.name} goes on\n{describe_next_steps(self._environment, job, execution.name)}")


def describe_result(run: JobRun) -> str:
    """The sums of a run's counts, in words; the reason if it is not done."""
    counts = format_counts(run.counts)
    return counts if run.is_done else "; ".join(filter(None, (run.ended.verdict.reason, counts)))


def describe_step(step: Step) -> dict[str, object]:
    """A step for programs."""
    return {"job": step.name, "status": step.result, "seconds": step.seconds, "detail": step.detail}


def build_parser() -> argparse.ArgumentParser:
    """The command line."""
    jobs = ", ".join(job.name for job in list_jobs(load_catalog()))
    parser = make_parser("release", DESCRIPTION.format(jobs=jobs), EPILOG)
    parser.add_argument("--from", dest="start", metavar="STEP", help=f"resume there: a job of the release, or {VERIFY}")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """The command; its exit status is 0 once everything is done and verified, else that of the step it stopped at."""
    choices = parse(build_parser(), arguments)
    return run_command("release", lambda: Command(choices, Clock()).perform())


if __name__ == "__main__":
    sys.exit(main())
