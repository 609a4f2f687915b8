"""One run of a job in this process, with troubles, and what holds for every one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from runtime.config.catalog import load_catalog
from runtime.net.retry import MAX_ATTEMPTS
from runtime.process.outcome import EXIT_STATUSES
from runtime.run import Run
from tests.campaigns.faulty_transport import FaultyTransport, Sent
from tests.campaigns.parallel_clock import ParallelClock
from tests.support.records import Records

OUTCOMES = {*EXIT_STATUSES.items(), ("failed", 2)}


@dataclass(frozen=True, slots=True)
class CampaignRun:
    """How it ended."""

    job: str
    exit_status: int
    log: Records
    sent: tuple[Sent, ...]
    seconds: float

    @property
    def summary(self) -> dict[str, Any]:
        """The last line."""
        return self.log.lines[-1]


def run_job(
    arguments: list[str], variables: Mapping[str, str], clock: ParallelClock, transport: FaultyTransport
) -> CampaignRun:
    """Runs it to its end and checks what every run has to keep. Raises AssertionError."""
    log = Records(clock)
    started = clock.monotonic()
    with closing(transport):
        run = Run(variables, clock=clock, log=log, transport=transport)
        status = run.execute(arguments)
    job = load_catalog().find(arguments[0]).name
    result = CampaignRun(job, status, log, tuple(transport.sent), clock.monotonic() - started)
    check_report(result)
    check_manners(result, started)
    return result


def check_report(run: CampaignRun) -> None:
    """One summary, the last line, true to the exit status, a failure's with its next step; no fault was a surprise."""
    events = [line["event"] for line in run.log.lines]
    assert (events.count("summary"), events[-1]) == (1, "summary"), events
    assert [line["traceback"] for line in run.log.events("crash")] == []
    assert (run.summary["exit_status"], run.summary["job"]) == (run.exit_status, run.job)
    assert (run.summary["status"], run.exit_status) in OUTCOMES, run.summary
    assert ("error" in run.summary) == (run.exit_status != 0), run.summary
    assert run.exit_status == 0 or "remedy" in run.summary, run.summary


def check_manners(run: CampaignRun, started: float) -> None:
    """No more attempts than the policy allows, none after the deadline, and the run ends before it."""
    deadline = load_catalog().find(run.job).timeout_seconds
    # A rate limit and a refused connection cost some calls no attempt.
    attempts = Counter(each.call for each in run.sent if each.trouble not in ("too_many", "not_sent"))
    assert max(attempts.values(), default=0) <= MAX_ATTEMPTS, attempts
    late = [each for each in run.sent if each.at + each.seconds > started + deadline]
    assert late == []
    assert run.seconds <= deadline, f"{run.seconds} s of {deadline} s"
