"""The alerts of terraform/modules/alerts, as they would have fired over what a rehearsal found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from runtime.config.job import Job
from sandbox.rehearsal.findings import Alarm, Delivery, RunFinding
from sandbox.terraform.estate import list_resources

# failed_runs.tf: failures within ten minutes are one incident; failed_triggers.tf: at most one message an hour.
FAILURE_WINDOW = timedelta(minutes=10)
MESSAGE_WINDOW = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Policies:
    """The applied alert policies, by kind and job."""

    found: Mapping[tuple[str, str], Any]

    @staticmethod
    def of(state: Any) -> Policies:
        """Those in a state in JSON; the kind is the resource's name."""
        resources = list_resources(state, "google_monitoring_alert_policy").items()
        return Policies({(_read_kind(address), values["user_labels"]["job"]): values for address, values in resources})

    def fire(self, kind: str, job: str, when: datetime, cause: str, execution: str = "") -> Iterator[Alarm]:
        """The alarm of that policy; none if it was not applied."""
        values = self.found.get((kind, job))
        if values is not None:
            yield Alarm(when, values["display_name"], values["severity"], job, cause, execution)


def list_channels(state: Any) -> list[str]:
    """Who is told."""
    channels = list_resources(state, "google_monitoring_notification_channel").values()
    return sorted(str(values["display_name"]) for values in channels)


def find_failed(policies: Policies, runs: Sequence[RunFinding]) -> Iterator[Alarm]:
    """One for each failed execution that is not in the wake of another."""
    for job in dict.fromkeys(run.job for run in runs):
        last = None
        for run in sorted((run for run in runs if run.job == job and not run.succeeded), key=lambda run: run.ended):
            if last is None or run.ended - last > FAILURE_WINDOW:
                yield from policies.fire("failed_run", job, run.ended, run.reason or run.message, run.execution)
            last = run.ended


def find_missed(
    policies: Policies, job: Job, ticks: Sequence[datetime], runs: Sequence[RunFinding], end: datetime
) -> Iterator[Alarm]:
    """One for each tick that no success followed within the grace of missed_runs.tf."""
    grace = compute_grace(job)
    for tick in ticks:
        due = tick + grace
        if due < end and not any(run.succeeded and tick <= run.ended <= due for run in runs):
            yield from policies.fire("missed_run", job.name, due, f"no success since {tick:%Y-%m-%d %H:%M} UTC")


def find_refused(policies: Policies, deliveries: Sequence[Delivery]) -> Iterator[Alarm]:
    """One an hour for each trigger that was refused."""
    notified: dict[str, datetime] = {}
    for delivery in deliveries:
        last = notified.get(delivery.job)
        if delivery.refusal and (last is None or delivery.when - last >= MESSAGE_WINDOW):
            notified[delivery.job] = delivery.when
            yield from policies.fire("failed_trigger", delivery.job, delivery.when, delivery.refusal)


def compute_grace(job: Job) -> timedelta:
    """Every attempt may take its whole time; then 5 minutes for start and metric, and the step of the query."""
    step_minutes = 10 if job.kind == "daily" else 30
    return timedelta(seconds=job.timeout_seconds * (job.max_retries + 1) + 300, minutes=step_minutes)


def _read_kind(address: str) -> str:
    return address.rpartition(".")[2].partition("[")[0]
