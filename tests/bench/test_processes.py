"""What a process costs is its own cost, not the measuring one's."""

from __future__ import annotations

import os
import sys

import pytest

from bench.processes import run
from runtime.config.catalog import load_catalog

PYTHON = [sys.executable, "-I", "-S", "-c"]


def test_time_memory_and_output_are_those_of_the_program() -> None:
    """The measuring process is many times as large as a bare interpreter."""
    cost = run([*PYTHON, "print('said')"], dict(os.environ))
    assert cost.output == "said\n"
    assert cost.started < cost.ended
    assert cost.memory < 20


def test_what_is_measured_has_one_core() -> None:
    """As every job of the catalog; on more, threads of one interpreter mostly get in each other's way."""
    assert {"1"} == {job.cpu for job in load_catalog().jobs}
    assert "1\n" == run([*PYTHON, "import os; print(len(os.sched_getaffinity(0)))"], dict(os.environ)).output


def test_an_unexpected_exit_status_is_an_error_that_shows_the_output() -> None:
    """A client that fails early would look fast."""
    with pytest.raises(RuntimeError, match="ended with 3:\nbroken"):
        run([*PYTHON, "print('broken'); raise SystemExit(3)"], dict(os.environ))
    assert run([*PYTHON, "raise SystemExit(3)"], dict(os.environ), 3).output == ""
