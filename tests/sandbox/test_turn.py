"""Two `make demo` at once in one clone: the second waits."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from runtime.config.catalog import ROOT
from sandbox.turn import take_turn

SECOND = "import sys; from pathlib import Path; from sandbox.turn import take_turn\n"
SECOND += "with take_turn(Path(sys.argv[1])): print('in', flush=True)"


def test_the_second_says_that_it_waits_and_then_has_its_turn(tmp_path: Path) -> None:
    """One state, one PostgreSQL: at once, both would fail."""
    with take_turn(tmp_path):
        second = subprocess.Popen(
            [sys.executable, "-c", SECOND, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert second.stdout is not None
        assert second.stdout.readline() == f"Another demo is running with {tmp_path}: waiting until it has ended\n"
    assert second.communicate()[0] == "in\n"


def test_nobody_waits_for_one_that_was_killed(tmp_path: Path) -> None:
    """The turn ends with its process."""
    killed = "import os, sys; from pathlib import Path; from sandbox.turn import take_turn\n"
    killed += "with take_turn(Path(sys.argv[1])): os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", killed, str(tmp_path)], cwd=ROOT, check=False)
    with take_turn(tmp_path):
        pass
