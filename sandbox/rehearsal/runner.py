"""Carries out containers in this process, one after the other, each in its own time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlsplit

from runtime.config.environment import Environment
from runtime.net.transport import UrllibTransport
from runtime.process.log import Log
from runtime.process.secret import Redactor
from runtime.run import Run
from sandbox.control_plane import Container, ControlPlane, Exit, OnLine
from sandbox.control_plane.run.state import Run as ExecutionRun
from sandbox.rehearsal.findings import Attempt
from sandbox.rehearsal.mishaps import Kind, Mishaps
from sandbox.rehearsal.network import METADATA, RUN_API, Network
from sandbox.rehearsal.period import Period
from sandbox.rehearsal.run_clock import RunClock
from sandbox.rehearsal.services import RehearsedServices


@dataclass(slots=True)
class Started:
    """A container that waits for its turn, and then has ended."""

    container: Container
    env: Mapping[str, str]
    on_line: OnLine
    on_end: Callable[[], None]
    exit: Exit | None = None

    def poll(self) -> Exit | None:
        return self.exit

    def send_signal(self, number: int) -> None:
        """Its turn is never interrupted; one that has not begun never will."""
        self.exit = self.exit or Exit(signal=number)


@dataclass(slots=True)
class InProcessRunner:
    """A Runner whose containers run when `work_off` says so. `attempts` are kept by execution."""

    environment: Environment
    services: RehearsedServices
    period: Period
    mishaps: Mishaps
    attempts: dict[str, list[Attempt]] = field(default_factory=dict)
    passes_time: bool = True
    _waiting: dict[str, Started] = field(default_factory=dict)

    def start(
        self, container: Container, env: Mapping[str, str], on_line: OnLine, on_end: Callable[[], None]
    ) -> Started:
        started = Started(container, env, on_line, on_end)
        self._waiting[env["CLOUD_RUN_EXECUTION"]] = started
        on_end()  # wakes `work_off`, which waits for it
        return started

    def work_off(self, plane: ControlPlane) -> None:
        """Runs what waits in the order of creation, so that chance and time of the machine decide nothing."""
        while open_runs := [run for run in plane.executions.runs if not run.done]:
            plane.timeline.wait(partial(self._are_settled, open_runs))
            first = next((run for run in open_runs if _name(run) in self._waiting), None)
            if first is not None:
                self._carry_out(plane, _name(first), self._waiting.pop(_name(first)))

    def _are_settled(self, runs: list[ExecutionRun]) -> bool:
        return all(run.done or _name(run) in self._waiting for run in runs)

    def _carry_out(self, plane: ControlPlane, execution: str, started: Started) -> None:
        container, number = started.container, int(started.env["CLOUD_RUN_TASK_ATTEMPT"])
        name = f"{execution}/{number}"
        mishaps = self.mishaps.of_attempt(self.period.number_of(container.starts_at), container.args[0], name)
        attempt = Attempt(number, container.starts_at, mishaps, container.starts_at)
        self.attempts.setdefault(execution, []).append(attempt)
        clock = RunClock(container.starts_at, f"{self.mishaps.seed}/{name}", slow=Kind.SLOW in mishaps)
        self.services.enter(clock.now)
        self.services.switch_on(mishaps)
        with closing(UrllibTransport()) as transport:
            network = Network(self._addresses(plane, container.account), clock, transport)
            attempt.exit_status = self._run(started, attempt, clock, network)
        attempt.ended = clock.now()
        started.exit = Exit(attempt.exit_status, ended_at=attempt.ended)
        started.on_end()

    def _run(self, started: Started, attempt: Attempt, clock: RunClock, network: Network) -> int:
        def write(raw: bytes) -> None:
            # The free port of the day would make two reports of the same rehearsal differ.
            line = raw.decode().rstrip("\n").replace(self.services.bigquery.url, "https://bigquery.googleapis.com")
            attempt.lines.append(line)
            started.on_line("stdout", line)

        log = Log(clock, Redactor(), {"execution": started.env["CLOUD_RUN_EXECUTION"]}, write)
        run = Run(self._variables(started.env), clock=clock, log=log, transport=network)
        return run.execute(list(started.container.args))

    def _variables(self, env: Mapping[str, str]) -> dict[str, str]:
        """What the container gets, without the addresses of stand-ins: those are the network's affair.

        BigQuery's alone is named, since its client brings its own transport.
        """
        own = {name: env[name] for name in env if not name.startswith(("CLOUDSDK_", "GCE_"))}
        return {**own, "BIGQUERY_EMULATOR_HOST": self.services.bigquery.url}

    def _addresses(self, plane: ControlPlane, account: str) -> dict[str, str]:
        api = urlsplit(self.environment.api_url).netloc
        return {
            api: self.services.api.url,
            RUN_API: plane.url,
            METADATA: plane.metadata_for(account).url,
        }


def _name(run: ExecutionRun) -> str:
    return run.execution.name.rpartition("/")[2]
