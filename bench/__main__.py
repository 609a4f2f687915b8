"""python -m bench [SECTION ...]: measures, prints, and writes bench/results.md if all sections were measured."""

from __future__ import annotations

import sys
import time
from importlib import import_module
from pathlib import Path

from bench.cores import leave_measured_core
from bench.machine import describe

RESULTS = Path(__file__).with_name("results.md")
SECTIONS = {
    "one-call": "A job that makes one call",
    "container": "From the start of a container",
    "org-sync": "org-sync-all",
    "blocking": "org-sync-all, a service that handles one request at a time",
    "concurrency": "Adaptive concurrency",
    "sharding": "Sharding, and when to raise `tasks`",
    "migrate": "migrate",
    "quota-cleanup": "quota-cleanup",
    "commands": "Operators' commands",
    "cost": "Cost a month",
}
HEAD = (
    "# What the jobs cost\n\n"
    "Written by `make bench`. `a / b` is least / median of 15 interleaved runs unless it says otherwise: the least "
    "says what a thing costs, the median what a busy machine makes of it. What is measured runs on one core, as "
    "`jobs.json` gives each job; servers have the others.\n\n"
)


def main(names: list[str]) -> int:
    """0, or 2 for a section that does not exist."""
    unknown = [name for name in names if name not in SECTIONS]
    if unknown:
        print(f"bench: there is no section {unknown[0]!r}, use {', '.join(SECTIONS)}", file=sys.stderr)
        return 2
    leave_measured_core()
    report = HEAD + describe()
    for name in names or SECTIONS:
        started = time.monotonic()
        text = f"\n## {SECTIONS[name]}\n\n{import_module('bench.' + name.replace('-', '_')).measure()}"
        print(f"{text}\n({name}: {time.monotonic() - started:.0f} s)", flush=True)
        report += text
    if not names:
        RESULTS.write_text(report)
        print(f"written to {RESULTS}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
