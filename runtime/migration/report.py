"""What a run tells of the files that it does not apply, or applies late."""

from __future__ import annotations

from collections.abc import Sequence

from runtime.migration.plan import Plan
from runtime.process.log import Log

MOST_NAMES = 5
REACHABLE = "it passes on the rights of the tracking table's owner"


def list_files(plan: Plan, log: Log) -> None:
    """One line for each file and for each row without one."""
    states = {"applied": plan.applied, "pending": plan.pending, "drifted": plan.drifted}
    states["renamed"] = [file for file, _ in plan.renamed]
    state_by_name = {file.name: state for state, files in states.items() for file in files}
    state_by_name |= dict.fromkeys(plan.gone, "gone")
    for name in sorted(state_by_name):
        log.info("migration", file=name, state=state_by_name[name])


def warn(plan: Plan, reach: Sequence[str], log: Log) -> None:
    """One warning for each thing that somebody should look at."""
    for file in plan.drifted:
        log.warning("drifted", file=file.name, reason="edited after it was applied; it is not applied again")
    for file, recorded in plan.renamed:
        log.warning("renamed", file=file.name, recorded_as=recorded, reason="applied under its other name")
    for file, behind in plan.late:
        log.warning("late", file=file.name, reason=f"it sorts before what is applied already: {join(behind)}")
    if plan.widths:
        reason = "numbers of different width are not sorted as numbers: 10_ comes before 9_"
        log.warning("widths", files=plan.widths, reason=reason)
    if reach:
        log.warning("reachable", through=list(reach), reason=REACHABLE)


def summarize(plan: Plan, reach: Sequence[str]) -> str:
    """The same for the summary; empty if there is nothing to tell."""
    groups = {
        "were edited after they were applied (write changes as new files)": [file.name for file in plan.drifted],
        "were renamed after they were applied": [f"{file.name} (was {recorded})" for file, recorded in plan.renamed],
        "come after files that sort behind them": [f"{file.name} (after {join(behind)})" for file, behind in plan.late],
    }
    parts = [f"{len(names)} file(s) {what}: {join(names)}" for what, names in groups.items() if names]
    return "; ".join(parts + ([f"the tracking table can be reached through {join(reach)}"] if reach else []))


def join(names: Sequence[str], most: int = MOST_NAMES) -> str:
    """The first few names."""
    return ", ".join(names[:most]) + (", ..." if len(names) > most else "")
