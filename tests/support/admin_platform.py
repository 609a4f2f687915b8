"""The admin API's stand-in on a virtual clock, and jobs run against it, in this process or in a separate one."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

from runtime.net.transport import UrllibTransport
from runtime.run import Run
from sandbox.admin_api import ROOT_KEY, AdminState, serve_admin_api
from sandbox.http_server import HttpServer
from tests.support.job_process import JobProcess
from tests.support.job_run import JobRun
from tests.support.records import Records
from tests.support.virtual_clock import VirtualClock


@dataclass(frozen=True, slots=True)
class AdminPlatform:
    """`state` and `server` of the stand-in, whose time is the jobs' `clock`."""

    state: AdminState
    server: HttpServer
    clock: VirtualClock

    @property
    def variables(self) -> dict[str, str]:
        """The environment that Cloud Run would give a job."""
        return {
            "GCP_PROJECT_ID": "cloudact-testing-1",
            "ENVIRONMENT": "stage",
            "CA_ROOT_API_KEY": ROOT_KEY,
            "API_SERVICE_URL": self.server.url,
        }

    @property
    def calls(self) -> list[str]:
        """Method and path below /api/v1 of each request so far, in order of arrival."""
        return [f"{each.method} {each.path.removeprefix('/api/v1')}" for each in self.server.requests]

    def run(self, *arguments: str, **variables: str) -> JobRun:
        """Runs a job in this process; waiting takes no time."""
        log = Records(self.clock)
        with closing(UrllibTransport()) as transport:
            run = Run(self.variables | variables, clock=self.clock, log=log, transport=transport)
            return JobRun(run.execute(list(arguments)), log)

    def start(self, *arguments: str, **variables: str) -> JobProcess:
        """Starts a job as a separate process, as the container would."""
        return JobProcess(*arguments, **(self.variables | variables))


@contextmanager
def serve_platform(clock: VirtualClock | None = None, *, tls: ssl.SSLContext | None = None) -> Iterator[AdminPlatform]:
    """A bootstrapped platform without organizations; it notes every request that breaks the contract."""
    clock = clock or VirtualClock()
    state = AdminState(now=clock.now)
    state.bootstrap()
    with serve_admin_api(state, tls=tls) as server:
        yield AdminPlatform(state, server, clock)
    assert state.violations == []
