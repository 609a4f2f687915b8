"""Fires triggers: on their schedule as time is advanced, or at once when asked."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from google.api.monitored_resource_pb2 import MonitoredResource
from google.cloud import scheduler_v1
from google.cloud.logging_v2.types import LogEntry
from google.logging.type.log_severity_pb2 import LogSeverity
from google.rpc import status_pb2

from operations.inventory.ticks import next_after
from runtime.config.cron import Cron
from sandbox.control_plane.logs.store import LogStore
from sandbox.control_plane.moments import read_duration, stamp
from sandbox.control_plane.timeline import Timeline
from sandbox.control_plane.world.world import World

# Sends the trigger's request; the resulting canonical status.
Deliver = Callable[[scheduler_v1.Job], status_pb2.Status]
UTC_NAMES = ("", "UTC", "Etc/UTC")
FINISHED = "type.googleapis.com/google.cloud.scheduler.logging.AttemptFinished"
# https://cloud.google.com/scheduler/docs/configuring/retry-settings: the back-off if the job does not set it.
MIN_BACKOFF = timedelta(seconds=5)
MAX_BACKOFF = timedelta(hours=1)
MAX_DOUBLINGS = 5


@dataclass(frozen=True, slots=True, order=True)
class Attempt:
    """One delivery: `number` 0 is the first, the others are retries. `code` is 0 for success."""

    when: datetime
    trigger: str
    number: int = 0
    code: int = 0


class Triggers:
    """Cloud Scheduler's clockwork. `deliver_twice` switches on what "at least once" allows."""

    def __init__(self, world: World, timeline: Timeline, logs: LogStore, deliver: Deliver) -> None:
        self._world = world
        self._timeline = timeline
        self._logs = logs
        self._deliver = deliver
        self._retries: list[Attempt] = []
        self.attempts: list[Attempt] = []
        self.deliver_twice = False

    def forget(self) -> None:
        """Forgets all attempts, and retries that are to come."""
        self.attempts.clear()
        self._retries.clear()

    @property
    def waiting(self) -> int:
        """How many retries wait for their time."""
        return len(self._retries)

    def next_fire(self, trigger: scheduler_v1.Job, after: datetime | None = None) -> datetime:
        """The next time on the schedule, after that moment or now.

        Raises ValueError for a schedule or time zone that is not understood.
        """
        if trigger.time_zone not in UTC_NAMES:
            raise ValueError(f"{trigger.name}: the stand-in knows UTC only, not {trigger.time_zone!r}")
        return next_after(Cron(trigger.schedule), after or self._timeline.now())

    def advance_to(self, moment: datetime, after_each: Callable[[], None]) -> None:
        """Fires what is due until the moment, in order, retries included; time is that of each firing meanwhile."""
        while due := self._next_due(moment):
            self._timeline.advance_to(max(due[0].when, self._timeline.now()))
            for attempt in due:
                self.fire(self._world.triggers[attempt.trigger], attempt.number)
            after_each()
        self._timeline.advance_to(max(moment, self._timeline.now()))

    def fire(self, trigger: scheduler_v1.Job, number: int = 0) -> None:
        """Delivers now, regardless of the schedule, and records how it went."""
        status = self._deliver(trigger)
        if self.deliver_twice:
            self._deliver(trigger)
        now = self._timeline.now()
        with self._timeline.change():
            trigger.last_attempt_time = stamp(now)
            trigger.status = status
        self.attempts.append(Attempt(now, trigger.name, number, status.code))
        self._log(trigger, status)
        if status.code and number < trigger.retry_config.retry_count:
            heapq.heappush(self._retries, Attempt(now + _back_off(trigger, number), trigger.name, number + 1))

    def list_planned(self, after: datetime | None = None) -> list[Attempt]:
        """The next firing of each enabled trigger, after that moment or now."""
        enabled = scheduler_v1.Job.State.ENABLED
        found = [trigger for trigger in self._world.triggers.values() if trigger.state == enabled]
        return [Attempt(self.next_fire(trigger, after), trigger.name) for trigger in found]

    def find_next(self, planned: list[Attempt]) -> datetime | None:
        """The next moment at which something is due, of the planned firings and the retries; None if there is none."""
        return min((attempt.when for attempt in [*planned, *self._retries[:1]]), default=None)

    def take_due(self, planned: list[Attempt], when: datetime) -> list[Attempt]:
        """The planned firings of this moment, and the retries until then, which are forgotten here."""
        due = [attempt for attempt in planned if attempt.when == when]
        while self._retries and self._retries[0].when <= when:
            due.append(heapq.heappop(self._retries))
        return due

    def _next_due(self, limit: datetime) -> list[Attempt]:
        """The attempts of the next moment at which something is due, none after the limit."""
        planned = self.list_planned()
        when = self.find_next(planned)
        return [] if when is None or when > limit else self.take_due(planned, when)

    def _log(self, trigger: scheduler_v1.Job, status: status_pb2.Status) -> None:
        _, project, _, location, _, job = trigger.name.split("/")
        labels = {"project_id": project, "location": location, "job_id": job}
        payload = {"@type": FINISHED, "jobName": trigger.name, "url": trigger.http_target.uri, "targetType": "HTTP"}
        entry = LogEntry(
            log_name=f"projects/{project}/logs/cloudscheduler.googleapis.com%2Fexecutions",
            resource=MonitoredResource(type="cloud_scheduler_job", labels=labels),
            severity=LogSeverity.ERROR if status.code else LogSeverity.INFO,
            json_payload=payload | ({"debugInfo": status.message} if status.code else {}),
        )
        self._logs.append(entry)


def _back_off(trigger: scheduler_v1.Job, number: int) -> timedelta:
    config = trigger.retry_config
    shortest = read_duration(config.min_backoff_duration) or MIN_BACKOFF
    longest = read_duration(config.max_backoff_duration) or MAX_BACKOFF
    doublings = min(number, config.max_doublings or MAX_DOUBLINGS)
    return min(shortest * float(2**doublings), longest)
