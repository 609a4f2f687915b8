"""Hill climbing beside fixed limits: in simulation, and live against a service that behaves so."""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path
from statistics import fmean, median

from bench.layout import lay_out
from bench.processes import run
from bench.service import Service, serve
from bench.simulated_service import DEGRADING, QUEUEING, REFUSING, Fixed, Model, Simulation
from bench.table import judge, render_table
from runtime.organizations.hill_climb import HillClimb

MODELS = (QUEUEING, DEGRADING, REFUSING)
CAPACITIES = (2, 8, 64)
FIXED = (1, 8, 32)
MOST = 32
SEEDS = range(8)
ORGANIZATIONS = 2000
LIVE_LATENCY, LIVE_RUNS = 0.02, 3
LIVE_ORGANIZATIONS = {2: 400, 8: 2400, 64: 3000}
# A retry waits up to a second, as long as fifty of these syncs: those that wait at the very end are left out.
LIVE_SHARE = 0.9
FIXED_LIMIT = str(Path(__file__).with_name("clients") / "fixed_limit.py")


def measure() -> str:
    """The section of the report."""
    with tempfile.TemporaryDirectory() as name, serve(Path(name)) as service:
        job = lay_out(Path(name) / "app")
        live = measure_live(service, job)
    return simulate() + live


def simulate() -> str:
    """2,000 organizations of 2 to 10 s each, on a virtual clock: no machine is in the figures."""
    rows, shares = [], []
    for model in MODELS:
        for capacity in CAPACITIES:
            fixed = [simulate_one(Fixed(number), model, capacity).throughput for number in FIXED]
            runs = [simulate_one(HillClimb(MOST), model, capacity, seed) for seed in SEEDS]
            share = fmean(each.throughput for each in runs) / max(fixed)
            refused = fmean(each.refusals / each.attempts for each in runs)
            shares.append(share)
            texts = [f"{each:.2f}" for each in (*fixed, fmean(each.throughput for each in runs), share)]
            rows.append([f"{model}, {capacity}", *texts, f"{refused:.1%}"])
    header = ("beyond capacity, capacity", *(f"{n} in flight" for n in FIXED), "adaptive", "of the best", "429s")
    text = "Simulated, syncs/s, organizations of 2 to 10 s each (mean of 8 runs):\n\n" + render_table(header, rows)
    return text + "\n" + judge("least share of the best fixed choice", min(shares), 0.9, at_least=True)


def simulate_one(limit: Fixed | HillClimb, model: Model, capacity: int, seed: int = 1) -> Simulation:
    """One run."""

    def draw(source: random.Random) -> float:
        return source.uniform(2.0, 10.0)

    return Simulation(limit, model, capacity, ORGANIZATIONS, draw, seed).run()


def measure_live(service: Service, job: list[str]) -> str:
    """The job itself, syncs of 20 ms; adaptive, it meets another moment of a busy machine each time."""
    rows, shares = [], []
    for model in MODELS:
        for capacity in CAPACITIES:
            fixed = [measure_rate(service, job, model, capacity, number) for number in FIXED[1:]]
            adaptive = median(measure_rate(service, job, model, capacity, None) for _ in range(LIVE_RUNS))
            # One at a time makes 50 a second at any capacity.
            shares.append(adaptive / max(*fixed, 1 / LIVE_LATENCY))
            rates = (f"{each:.0f}" for each in (*fixed, adaptive))
            rows.append([f"{model}, {capacity}", *rates, f"{shares[-1]:.2f}"])
    header = ("beyond capacity, capacity", "8 in flight", "32 in flight", "adaptive", "of the best")
    text = (
        f"\nLive, syncs/s, 20 ms a sync; adaptive is the median of {LIVE_RUNS} runs:\n\n"
        + render_table(header, rows)
        + "\n"
    )
    return text + judge("least share of the best fixed choice, live", min(shares), 0.85, at_least=True)


def measure_rate(service: Service, job: list[str], model: Model, capacity: int, fixed: int | None) -> float:
    """Syncs a second; `fixed` requests in flight, None: adaptive."""
    count = LIVE_ORGANIZATIONS[capacity]
    service.command(latency=LIVE_LATENCY, capacity=capacity, model=str(model), organizations=count)
    command = [*job, "org-sync-all"] if fixed is None else [sys.executable, "-I", "-S", FIXED_LIMIT, job[-1]]
    run(command, {**service.environment, "ORG_SYNC_CONCURRENCY": str(fixed or MOST)}, None)
    seen = service.command()
    done = int(count * LIVE_SHARE)
    return done / (float(seen["finishes"][done - 1] - seen["finishes"][0]) / 1e9)
