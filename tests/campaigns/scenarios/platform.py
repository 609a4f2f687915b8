"""The admin API's stand-in, made anew for each seed without starting a server for each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime
from random import Random

from sandbox.admin_api import ROOT_KEY, AdminState, serve_admin_api
from tests.campaigns.faulty_transport import FaultyTransport
from tests.campaigns.parallel_clock import ParallelClock
from tests.campaigns.run import CampaignRun, run_job
from tests.support.virtual_clock import START


@dataclass(slots=True)
class Platform:
    """`state` is the stand-in's; `clock` that of the seed at play."""

    state: AdminState
    url: str
    clock: ParallelClock

    def begin(self, random: Random, start: datetime = START) -> None:
        """A new platform, empty; the quota calls are under one of the two paths."""
        self.clock = ParallelClock(start, fraction=random.random())
        fresh = AdminState(now=self.clock.now, quota_prefix=self.state.quota_prefix)
        for each in fields(AdminState):
            setattr(self.state, each.name, getattr(fresh, each.name))

    async def pass_time(self, seconds: float) -> None:
        """The service's waits are those of the run."""
        self.clock.advance(seconds)

    def run(self, transport: FaultyTransport, *arguments: str, **variables: str) -> CampaignRun:
        """One run; what no client may send was not sent."""
        given = {
            "GCP_PROJECT_ID": "cloudact-testing-1",
            "ENVIRONMENT": "stage",
            "CA_ROOT_API_KEY": ROOT_KEY,
            "API_SERVICE_URL": self.url,
        }
        result = run_job(list(arguments), given | variables, self.clock, transport)
        assert self.state.violations == []
        return result


@contextmanager
def serve_platform() -> Iterator[Platform]:
    """Running."""
    clock = ParallelClock()
    state = AdminState(now=clock.now)
    with serve_admin_api(state) as server:
        yield Platform(state, server.url, clock)
        server.traffic.clear()
