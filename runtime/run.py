"""One job, one summary line, one exit status: the edge that touches the process."""

from __future__ import annotations

import os
import resource
from collections.abc import Mapping

from runtime.config.catalog import Catalog, load_catalog
from runtime.config.command_line import describe_job, describe_jobs, parse_options
from runtime.config.settings import Settings
from runtime.process.clock import Clock
from runtime.process.errors import DONE, FAILED, REFUSED, TERMINATED, ConfigurationError, JobError, UsageError
from runtime.process.log import Log, write_whole
from runtime.process.outcome import Outcome, Progress
from runtime.process.secret import Redactor, Secret
from runtime.process.signals import stop_on_signals
from runtime.services.metadata import ask_project

TYPE_CHECKING = False
if TYPE_CHECKING:
    from runtime.net.transport import Transport

HELP = ("--help", "-h")
STDERR = 2


class Run:
    """One run of the process: `execute` raises nothing."""

    def __init__(
        self, variables: Mapping[str, str], *, clock: Clock, log: Log, transport: Transport | None = None
    ) -> None:
        self._variables = variables
        self._clock = clock
        self._log = log
        self._transport = transport
        self._started = clock.monotonic()
        self._name: str | None = None
        self._progress = Progress()

    def execute(self, arguments: list[str]) -> int:
        """Runs the job, writes the summary as the last line, returns the exit status."""
        try:
            outcome = self._perform(arguments)
        except JobError as error:
            if error.exit_status == REFUSED:
                # For the person who typed the command; the log is for the platform.
                text = self._log.redactor.redact(f"runtime: {error}").replace("\n", "\\n")
                write_whole(f"{text}\n".encode("ascii", "backslashreplace"), STDERR)
            return self._end_early(error.status, error.exit_status, error.problem, error.remedy)
        except Exception as error:  # noqa: BLE001 - the summary has to be written after any error
            return self._report_crash(error)
        return self._summarize(outcome, outcome.exit_status)

    def report_termination(self, cause: str) -> int:
        """The summary of a run that was stopped, with what it had done by then; for a signal's handler."""
        left_open, remedy = self._progress.step
        problem = f"stopped by {cause} before the job was done{left_open and f'; {left_open}'}"
        return self._end_early("terminated", TERMINATED, problem, remedy)

    def _perform(self, arguments: list[str]) -> Outcome:
        catalog = load_catalog()
        self._hide_given(catalog)
        if not arguments:
            raise UsageError("no job was named", f"one of {', '.join(job.name for job in catalog.jobs)}")
        job = catalog.find(arguments[0])
        self._name = job.name
        options = parse_options(job, arguments[1:])
        settings = Settings(self._variables, job, catalog, ask_project)
        secrets = settings.given_secrets
        if len(secrets) < len(job.secrets):
            # Imported here: on Cloud Run the environment gives all.
            from runtime.services.secret_manager import read_secrets

            secrets = read_secrets(settings, job, catalog, clock=self._clock, log=self._log)
        self._log.info("start", job=job.name, project=settings.project, attempt=settings.task_attempt)
        # Imported here: a run that ends in a configuration error needs no network code, and only the job itself.
        from importlib import import_module

        from runtime.context import Context

        context = Context(
            job,
            options,
            settings,
            secrets,
            clock=self._clock,
            log=self._log,
            progress=self._progress,
            transport=self._transport,
            started=self._started,
        )
        if job.overlap == "forbid" and settings.on_cloud_run:
            from runtime.overlap import find_reason_to_skip

            skipped = find_reason_to_skip(context)
            if skipped is not None:
                return skipped
        outcome: Outcome = import_module(job.module).run(context)
        return outcome

    def _hide_given(self, catalog: Catalog) -> None:
        # Before anything is checked: an error quotes what is wrong, and a key may stand in the wrong place too.
        for name in catalog.secrets:
            try:
                self._log.redactor.add(Secret(self._variables.get(name, "").strip(), name))
            except ConfigurationError:
                continue  # the settings say so

    def _report_crash(self, error: Exception) -> int:
        from traceback import format_exception

        self._log.error("crash", traceback="".join(format_exception(error)))
        left_open, remedy = self._progress.step
        problem = f"a defect of the job itself: {type(error).__name__}: {error}{left_open and f'; {left_open}'}"
        return self._end_early("failed", FAILED, problem, f"report it with the log's `crash` entry; {remedy}")

    def _end_early(self, status: str, exit_status: int, problem: str, remedy: str) -> int:
        return self._summarize(Outcome(status, self._progress.count(), problem, remedy), exit_status)

    def _summarize(self, outcome: Outcome, exit_status: int) -> int:
        duration = round((self._clock.monotonic() - self._started) * 1000)
        message = f"{self._name or 'runtime'} {outcome.status} in {duration} ms"
        reason = {"error" if exit_status else "reason": outcome.reason, "remedy": outcome.remedy}
        self._log.finish(
            "ERROR" if exit_status else "WARNING" if outcome.reason else "INFO",
            message=f"{message}: {outcome.reason}" if exit_status else message,
            job=self._name,
            status=outcome.status,
            exit_status=exit_status,
            duration_ms=duration,
            counts=outcome.counts,
            **{name: text for name, text in reason.items() if text},
            **outcome.details,
        )
        return exit_status


def main(arguments: list[str]) -> None:
    """Runs the process to its end. Never returns: os._exit spares the interpreter's cleanup."""
    # A core file would hold the keys.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _open_standard_streams()
    if any(argument in HELP for argument in arguments) and _print_help(arguments):
        os._exit(DONE)
    clock = Clock()
    names = {"execution": "CLOUD_RUN_EXECUTION", "task": "CLOUD_RUN_TASK_INDEX"}
    identity: dict[str, object] = {field: os.environ[name] for field, name in names.items() if os.environ.get(name)}
    log = Log(clock, Redactor(), identity)
    run = Run(os.environ, clock=clock, log=log)
    stop_on_signals(log, run.report_termination)
    os._exit(run.execute(arguments))


def _open_standard_streams() -> None:
    # If one is closed, the next socket would take its number, and the log go out on it.
    for descriptor in (0, 1, STDERR):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def _print_help(arguments: list[str]) -> bool:
    """False if there is none to be found: the run says why, and masks what was typed in the wrong place."""
    try:
        catalog = load_catalog()
        text = describe_jobs(catalog) if arguments[0] in HELP else describe_job(catalog.find(arguments[0]))
    except JobError:
        return False
    write_whole(text.encode())
    return True
