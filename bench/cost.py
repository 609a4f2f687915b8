"""What the eight jobs cost a month, computed from the catalog and the list prices."""

from __future__ import annotations

from bench import prices
from bench.table import render_table
from runtime.config.catalog import load_catalog
from runtime.config.cron import Cron
from runtime.config.job import Job

# Four releases a month run the manual jobs; 30.4 days.
RELEASES = 4.0
DAYS = 30.4
# Seconds of a run: the calls are the service's work; an organization sync takes 6 s on average, 8 are in flight.
RUN_SECONDS = {"migrate": 30.0, "bootstrap": 60.0, "org-sync-all": 750.0, "alerts": 120.0}
OTHER_RUN_SECONDS = 30.0
BIG_GIB = 2.0


def measure() -> str:
    """The section of the report."""
    jobs = load_catalog().jobs
    rows = [price_row(job) for job in jobs]
    ours, big = sum(price(job, read_gib(job)) for job in jobs), sum(price(job, BIG_GIB) for job in jobs)
    triggers = sum(job.cron is not None for job in jobs)
    triggered = max(0, triggers - prices.FREE_TRIGGERS) * prices.TRIGGER_MONTH
    header = ("job", "runs a month", "s a run", "billed s", "memory", "$ a month", "$ with 2 GiB")
    text = render_table(header, rows)
    text += f"\n{prices.VM} and its disk, always on: ${prices.price_vm():.2f} a month. "
    text += f"All eight jobs: ${ours:.2f}, with 2 GiB each ${big:.2f}, "
    text += f"and ${triggered:.2f} for {triggers} triggers ({prices.FREE_TRIGGERS} are free): "
    text += f"{prices.price_vm() / (ours + triggered):.0f} times less than the machine. "
    text += f"The free tier ({prices.FREE_VCPU_SECONDS:,} vCPU-s a month) covers the jobs if nothing else uses it.\n\n"
    return text + (
        f"List prices of {prices.DATE}, us-central1; 1,000 organizations, {RELEASES:.0f} releases a month. An instance "
        "is billed for a minute at least, so a faster start no longer shows on the bill: 1 vCPU and 512 MiB, the "
        "platform's least, keep it small. A second environment doubles it; its paused triggers count too.\n"
    )


def price_row(job: Job) -> list[str]:
    """One job's line."""
    seconds = RUN_SECONDS.get(job.name, OTHER_RUN_SECONDS)
    billed = max(seconds, prices.LEAST_SECONDS) * count_runs(job)
    texts = (f"{count_runs(job):.1f}", f"{seconds:.0f}", f"{billed:,.0f}", job.memory)
    return [job.name, *texts, f"{price(job, read_gib(job)):.3f}", f"{price(job, BIG_GIB):.3f}"]


def count_runs(job: Job) -> float:
    """Runs a month."""
    return RELEASES if job.cron is None else count_ticks(job.cron)


def count_ticks(cron: Cron) -> float:
    """Ticks a month of a trigger that fires once on each of its days."""
    return DAYS if len(cron.days) == 31 else float(len(cron.days))


def price(job: Job, gib: float) -> float:
    """A month of the job with so much memory."""
    tasks = int(str(job.tasks["prod"]))
    seconds = RUN_SECONDS.get(job.name, OTHER_RUN_SECONDS)
    return prices.price_instances(seconds, count_runs(job) * tasks, float(job.cpu), gib)


def read_gib(job: Job) -> float:
    """The catalog's `512Mi` in GiB."""
    return float(job.memory.removesuffix("Mi")) / 1024
