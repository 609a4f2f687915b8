"""One execution while it runs and after, and what it stands on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from google.cloud import run_v2

from sandbox.control_plane.identity.access import Access
from sandbox.control_plane.logs.store import LogStore
from sandbox.control_plane.run.runner import Runner
from sandbox.control_plane.timeline import Timeline
from sandbox.control_plane.world.world import World


@dataclass(frozen=True, slots=True)
class Platform:
    """What executions stand on; `surround` gives the addresses of the platform's services for an account."""

    world: World
    access: Access
    timeline: Timeline
    logs: LogStore
    runner: Runner
    surround: Callable[[str], Mapping[str, str]]


@dataclass(slots=True)
class Run:
    """An execution with its tasks and the operation that `:run` answered. Guarded by the timeline's lock."""

    platform: Platform
    execution: run_v2.Execution
    operation: str
    tasks: list[run_v2.Task] = field(default_factory=list)
    cancellation: str = ""

    @property
    def cancelled(self) -> bool:
        """Whether somebody has cancelled it; `cancellation` is the name of that operation."""
        return bool(self.cancellation)

    @property
    def done(self) -> bool:
        """Whether it has ended, in any way."""
        return "completion_time" in self.execution

    def platform_env(self, index: int, attempt: int) -> dict[str, str]:
        """What Cloud Run adds to a container's environment, and where its services are."""
        return {
            **self.platform.surround(self.execution.template.service_account),
            "CLOUD_RUN_JOB": self.execution.job,
            "CLOUD_RUN_EXECUTION": self.execution.name.rpartition("/")[2],
            "CLOUD_RUN_TASK_INDEX": str(index),
            "CLOUD_RUN_TASK_ATTEMPT": str(attempt),
            "CLOUD_RUN_TASK_COUNT": str(self.execution.task_count),
        }
