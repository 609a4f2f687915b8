"""One core for what is measured, as jobs.json gives each job (`cpu` 1); the others for servers and the rest."""

import os

_ALL = os.sched_getaffinity(0)
MEASURED = max(_ALL)
OTHERS = _ALL - {MEASURED} or _ALL


def leave_measured_core() -> None:
    """Moves this process and its children to the other cores; `bench.processes.run` moves what it measures back."""
    os.sched_setaffinity(0, OTHERS)
