"""What Terraform applies of prod and of test, made once for all workers, and rehearsals over it."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runtime.config.catalog import load_catalog
from sandbox.rehearsal import Findings, Mishaps, Period, apply_environment, rehearse

CATALOG = load_catalog()
SCHEDULED = [job.name for job in CATALOG.jobs if job.cron]
Rehearse = Callable[..., Findings]


@pytest.fixture(scope="session")
def states(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The states after an apply, by environment."""
    folder = tmp_path_factory.getbasetemp()
    shared = folder.parent if folder.name.startswith("popen-") else folder
    with (shared / "rehearsed.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        file = shared / "rehearsed.json"
        if not file.exists():
            applied = {name: _apply(name, tmp_path_factory.mktemp(name)) for name in ("prod", "test")}
            file.write_text(json.dumps(applied), encoding="utf-8")
    return dict(json.loads(file.read_text(encoding="utf-8")))


def _apply(name: str, folder: Path) -> Any:
    return apply_environment(CATALOG.environments[name], CATALOG, folder)


@pytest.fixture(scope="session")
def run(states: dict[str, Any]) -> Rehearse:
    """Rehearses a month, e.g. run("2026-12", days=3, faults="down@2"); over another `state` than the applied one."""

    def run(
        month: str, *, days: int | None = None, faults: str = "", environment: str = "prod", state: Any = None
    ) -> Findings:
        return rehearse(
            CATALOG.environments[environment],
            CATALOG,
            state or states[environment],
            Period.of_month(month, days),
            Mishaps.parse(faults, SCHEDULED),
        )

    return run
