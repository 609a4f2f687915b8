"""make demo is what a newcomer sees first: it shows everything, and all of it works."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from runtime.config.catalog import load_catalog
from sandbox.demo import main

JOBS = [job.name for job in load_catalog().jobs]


def test_the_demo_shows_all_and_again_that_no_record_is_made_twice(capfd: pytest.CaptureFixture[str]) -> None:
    """Apply, doctor, release, triggers, inventory, and a table of all eight jobs; NFR-SJ-001.1, NFR-SJ-001.4."""
    # PostgreSQL runs as another user, whom a test's own folder is closed to.
    with TemporaryDirectory(dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        first, shown = main(Path(folder, "state")), capfd.readouterr().out
        second, shown_again = main(Path(folder, "state")), capfd.readouterr().out
    assert (first, second) == (0, 0), shown + shown_again
    for command in ("create-all-jobs stage", "doctor stage", "release stage", "list-jobs stage"):
        assert f"\n$ bin/{command}\n" in shown
    table = read_table(shown)
    assert JOBS == list(table)
    assert "\nRun it again: no migration, table or record is made or deleted twice." in shown
    assert {"done", "skipped"} >= {line.split()[1] for line in table.values()}
    idle = {"migrate": "10 applied before, 0 applied", "bootstrap": "0 tables created", "quota-cleanup": "0 deleted"}
    assert [job for job, count in idle.items() if f" {count}" in table[job]] == []
    assert [job for job, count in idle.items() if f" {count}" in read_table(shown_again)[job]] == list(idle)


def read_table(shown: str) -> dict[str, str]:
    """The last table, its lines by job."""
    lines = shown.rpartition("COUNTS\n")[2].partition("\n\n")[0].splitlines()
    return {line.split()[0]: line for line in lines}
