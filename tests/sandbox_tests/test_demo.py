"""make demo is what a newcomer sees first: it shows everything, and all of it works."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from runtime.catalogue import load_catalogue
from tests.sandbox.demo import main

JOBS = [job.name for job in load_catalogue().jobs]


def test_the_demo_shows_the_whole_of_it(capfd: pytest.CaptureFixture[str]) -> None:
    """Apply, doctor, release, triggers, inventory, and a table of all eight jobs."""
    # PostgreSQL runs as another user, whom a test's own folder is closed to.
    with TemporaryDirectory(dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        status = main(Path(folder, "state"))
    shown = capfd.readouterr().out
    assert status == 0, shown
    for command in ("create-all-jobs stage", "doctor stage", "release stage", "list-jobs stage"):
        assert f"\n$ bin/{command}\n" in shown
    table = shown.rpartition("COUNTS\n")[2].partition("\n\n")[0].splitlines()
    assert JOBS == [line.split()[0] for line in table]
    assert {"done", "skipped"} >= {line.split()[1] for line in table}
