"""org-sync-all: 2,000 organizations at 32 in flight, with 50 ms latency and with none; one at a time; memory."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from bench.layout import lay_out
from bench.processes import Cost, run
from bench.service import Service, serve
from bench.table import extremes, judge, render_table

RUNS = 15
IN_FLIGHT = 32
LATENCY = 0.05
ORGANIZATIONS = 2000
ONE_AT_A_TIME = 200
UNLIMITED = 1_000_000
# The libraries take their turn in every fourth round: all of them in each would take a quarter of an hour.
EVERY = 4
POOL = str(Path(__file__).with_name("clients") / "pool_of_syncs.py")
OURS, BARE = "org-sync-all", "http.client"
LIBRARIES = (BARE, "urllib", "requests", "httpx", "aiohttp")


@dataclass(slots=True)
class Series:
    """Rates a second between first request and last answer; seconds of the whole process; CPU s per 1000 syncs."""

    rates: list[float] = field(default_factory=list)
    wholes: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)

    def add(self, cost: Cost, seen: dict[str, Any], count: int) -> None:
        """One run."""
        self.rates.append(count / ((seen["last_answer"] - min(seen["first_bytes"])) / 1e9))
        self.wholes.append(cost.seconds)
        self.cpu.append(cost.cpu / count * 1000)
        self.memory.append(cost.memory)


def measure() -> str:
    """The section of the report."""
    with tempfile.TemporaryDirectory() as name, serve(Path(name)) as service:
        job = [*lay_out(Path(name) / "app"), "org-sync-all"]
        slow, quick = measure_series(service, job, LATENCY), measure_series(service, job, 0.0)
        return render(slow, quick) + measure_one_at_a_time(service, job) + measure_memory(service, job)


def measure_series(service: Service, job: list[str], latency: float) -> dict[str, Series]:
    """All clients at one latency, interleaved."""
    series = {name: Series() for name in (OURS, *LIBRARIES)}
    service.command(latency=latency, organizations=ORGANIZATIONS)
    for number in range(RUNS):
        cost = run(job, {**service.environment, "ORG_SYNC_CONCURRENCY": str(IN_FLIGHT)})
        series[OURS].add(cost, service.command(), ORGANIZATIONS)
        for library in LIBRARIES if number % EVERY == 0 else ():
            cost = run([sys.executable, POOL, library, str(ORGANIZATIONS)], service.bundle_environment)
            series[library].add(cost, service.command(), ORGANIZATIONS)
    return series


def render(slow: dict[str, Series], quick: dict[str, Series]) -> str:
    """The table, and the targets."""
    header = ("client", "syncs/s at 50 ms", "CPU s per 1000", "syncs/s at 0 ms", "CPU s per 1000", "peak RSS, MB")
    text = render_table(header, (_row(name, slow[name], quick[name]) for name in slow))
    text += "\nBest / median over TLS, 32 in flight: 15 runs of the job, 4 of each library between them.\n\n"
    ours, ideal = slow[OURS], IN_FLIGHT / LATENCY
    text += judge("rate at 50 ms over 32 / 50 ms", max(ours.rates) / ideal, 0.95, at_least=True)
    text += judge("whole process over the ideal 3.125 s", min(ours.wholes) * ideal / ORGANIZATIONS, 1.08)
    text += judge("CPU per 1000 syncs at 50 ms", min(ours.cpu), 0.35, " s")
    text += judge("syncs per CPU second at 0 ms", 1000 / min(quick[OURS].cpu), 3000, at_least=True)
    ratios = [f"{min(each[OURS].cpu) / min(each[BARE].cpu):.2f}" for each in (slow, quick)]
    return text + (
        f"- CPU over that of bare `http.client`, without deadlines, retries or a log: {ratios[0]} times at "
        f"50 ms, {ratios[1]} times at 0 ms\n"
    )


def _row(name: str, slow: Series, quick: Series) -> list[str]:
    rates = [f"{max(each.rates):,.0f} / {median(each.rates):,.0f}" for each in (slow, quick)]
    return [name, rates[0], extremes(slow.cpu, 2), rates[1], extremes(quick.cpu, 2), f"{median(slow.memory):.1f}"]


def measure_one_at_a_time(service: Service, job: list[str]) -> str:
    """The service as it is: each sync blocks its event loop for a moment."""
    service.command(latency=0.2, spread=0.8, capacity=1, model="queueing", organizations=ONE_AT_A_TIME)
    run(job, service.environment)
    seen = service.command(latency=0.0, spread=0.0, capacity=UNLIMITED)
    total = (seen["last_answer"] - min(seen["first_bytes"])) / 1e9
    text = (
        f"\n{ONE_AT_A_TIME} organizations, a service that handles one request at a time in 0.2 to 1 s, 8 in flight:\n\n"
    )
    text += judge("total time over the sum of all syncs", total / seen["worked"], 1.05)
    return text + judge("sync requests an organization", seen["syncs"] / ONE_AT_A_TIME, 1.0)


def measure_memory(service: Service, job: list[str]) -> str:
    """Peak RSS by the number of organizations of the shard."""
    peaks = {}
    for count in (1_000, 10_000, 100_000):
        service.command(latency=0.0, organizations=count)
        peaks[count] = run(job, {**service.environment, "ORG_SYNC_CONCURRENCY": str(IN_FLIGHT)}).memory
    rows = [[f"{count:,}", f"{peak:.1f}"] for count, peak in peaks.items()]
    text = "\n" + render_table(("organizations of the shard", "peak RSS, MB"), rows) + "\n"
    text += judge("peak RSS at 10,000", peaks[10_000], 30.0, " MB")
    return text + judge("peak RSS at 100,000", peaks[100_000], 60.0, " MB")
