"""Killed at any point between two requests, a run leaves a state from which the next one goes on."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from runtime.config.catalog import ROOT
from runtime.migration.delivery import READ_FIRST
from sandbox.faults import Fault
from sandbox.faults import Kind as Broken
from sandbox.supabase import Kind
from tests.runtime.jobs.manual.project import FIRST, Project

INDEX = "-- migrate: no-transaction\nCREATE INDEX CONCURRENTLY IF NOT EXISTS runs_name ON public.runs (name)"
# The read, the tracking table, 01, 02, 03 (its read, its statement, its row), 04.
REQUESTS = range(8)
AMPLE_SECONDS = 60


@pytest.fixture
def fresh(project: Project) -> Project:
    """An empty project and four files, one of which goes alone."""
    project.write(FIRST, text="CREATE TABLE public.runs (name text, id serial)")
    project.write("02_a.sql", "04_a.sql")
    project.write("03_index.sql", text=INDEX)
    return project


@contextmanager
def process(project: Project) -> Iterator[subprocess.Popen[str]]:
    """The job as the container starts it."""
    command = [sys.executable, "-m", "runtime", "migrate"]
    with subprocess.Popen(
        command, cwd=ROOT, env=project.variables, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    ) as running:
        yield running


def assert_the_next_run_completes(project: Project) -> None:
    result = project.migrate()
    assert (result.exit_status, result.summary["status"]) == (0, "done")
    assert project.runs == ["02_a.sql", "04_a.sql"]
    assert project.recorded == [FIRST, "02_a.sql", "03_index.sql", "04_a.sql"]
    assert project.supabase.select("SELECT indisvalid FROM pg_index WHERE indexrelid = 'runs_name'::regclass") == [
        (True,)
    ]
    assert project.migrate().counts == {"already": 4}


@pytest.mark.parametrize("request_number", REQUESTS)
def test_killed_after_the_server_has_done_its_part(fresh: Project, request_number: int) -> None:
    """SIGKILL between the commit and its answer."""
    with process(fresh) as running:
        kill = Fault(Broken.CALL, skip=request_number, handled=True, hook=running.kill)
        armed = fresh.supabase.faults.add(kill)
        assert running.wait(AMPLE_SECONDS) == -signal.SIGKILL
    assert armed.hits == 1
    assert_the_next_run_completes(fresh)


@pytest.mark.parametrize("request_number", REQUESTS)
def test_killed_before_the_server_takes_the_request(fresh: Project, request_number: int) -> None:
    """SIGKILL with the request on its way, and dropped there."""
    with process(fresh) as running:
        hung = fresh.supabase.faults.add(Fault(Broken.HANG, skip=request_number))
        hung.wait()
        running.kill()
        assert running.wait(AMPLE_SECONDS) == -signal.SIGKILL
    hung.drop()
    assert_the_next_run_completes(fresh)


@pytest.mark.parametrize("request_number", REQUESTS)
def test_killed_and_its_last_request_arrives_after_the_next_run(fresh: Project, request_number: int) -> None:
    """The latest of all requests is still refused by its guard, or repeats what does no harm."""
    with process(fresh) as running:
        hung = fresh.supabase.faults.add(Fault(Broken.HANG, skip=request_number))
        hung.wait()
        running.kill()
        running.wait(AMPLE_SECONDS)
    assert_the_next_run_completes(fresh)
    # This waits until the query is through; that it is also delivered twice makes it only harder.
    late = fresh.supabase.mishaps.add(Kind.TWICE)
    hung.release()
    late.wait()
    assert_the_next_run_completes(fresh)


def test_sigterm_ends_a_run_in_time_and_says_what_is_open(fresh: Project) -> None:
    """Exit 143, the summary as the last line; running again is right."""
    with process(fresh) as running:
        hung = fresh.supabase.faults.add(Fault(Broken.HANG, skip=3))
        hung.wait()
        running.send_signal(signal.SIGTERM)
        output, _ = running.communicate(timeout=AMPLE_SECONDS)
    hung.drop()
    lines = [json.loads(line) for line in output.splitlines()]
    assert (running.returncode, lines[-1]["event"], lines[-1]["status"]) == (143, "summary", "terminated")
    assert (
        lines[-1]["error"] == "stopped by SIGTERM before the job was done; it is unknown whether 02_a.sql was applied"
    )
    assert lines[-1]["remedy"] == READ_FIRST
    assert_the_next_run_completes(fresh)
