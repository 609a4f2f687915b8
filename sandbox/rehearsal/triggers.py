"""The triggers of an environment over a period: fired tick by tick, with what goes wrong with a delivery."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from google.cloud import scheduler_v1
from google.rpc import code_pb2

from runtime.config.environment import Environment
from runtime.config.job import Job
from sandbox.control_plane import ControlPlane
from sandbox.faults import Fault
from sandbox.faults import Kind as Wire
from sandbox.rehearsal.findings import Delivery
from sandbox.rehearsal.mishaps import Kind, Mishaps
from sandbox.rehearsal.period import Period
from sandbox.rehearsal.runner import InProcessRunner

State = scheduler_v1.Job.State
MOMENT = timedelta(seconds=1)


class RehearsedTriggers:
    """Moves the control plane's time on from tick to tick, and runs what was started."""

    def __init__(
        self, plane: ControlPlane, runner: InProcessRunner, environment: Environment, jobs: Sequence[Job]
    ) -> None:
        self._plane = plane
        self._runner = runner
        place = f"projects/{environment.project}/locations/{environment.region}"
        self._jobs = {job.name: f"{place}/jobs/{environment.job_name(job)}" for job in jobs}
        self._names = {f"{path}-trigger": name for name, path in self._jobs.items()}
        self._paused = {name for name in self._names if plane.world.triggers[name].state != State.ENABLED}

    def fire(self, ticks: Mapping[str, Sequence[datetime]], period: Period, mishaps: Mishaps) -> None:
        """Every tick in its order. What a delivery meets holds for its retries too, until the next tick."""
        for tick, job in sorted((tick, name) for name, moments in ticks.items() for tick in moments):
            self._advance_to(tick - MOMENT)
            self._arrange(job, mishaps.of_delivery(period.number_of(tick), job))
            self._advance_to(tick)
        self._advance_to(period.end - MOMENT)

    def are_paused(self) -> bool:
        """Whether none of them fires as applied."""
        return len(self._paused) == len(self._names)

    def list_deliveries(self) -> list[Delivery]:
        """All that were attempted so far."""
        return [
            Delivery(
                attempt.when,
                self._names[attempt.trigger],
                f"Cloud Run answered {code_pb2.Code.Name(attempt.code)}" if attempt.code else "",
            )
            for attempt in self._plane.triggers.attempts
        ]

    def _advance_to(self, moment: datetime) -> None:
        self._plane.triggers.advance_to(moment, lambda: self._runner.work_off(self._plane))

    def _arrange(self, job: str, mishaps: Sequence[Kind]) -> None:
        name = f"{self._jobs[job]}-trigger"
        self._plane.triggers.deliver_twice = Kind.TWICE in mishaps
        self._plane.server.faults.clear()
        if Kind.REFUSED in mishaps:
            self._plane.server.faults.add(Fault(Wire.RESPOND, path=f"/v2/{self._jobs[job]}:run", count=None))
        paused = Kind.PAUSED in mishaps or name in self._paused
        self._plane.world.triggers[name].state = State(State.PAUSED if paused else State.ENABLED)
