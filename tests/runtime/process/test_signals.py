"""SIGTERM ends a wait and a request at once, writes the summary, and exits with 143."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from runtime.config.catalog import ROOT
from runtime.jobs.daily.alerts import MAY_NOTIFY_TWICE
from sandbox.faults import Fault, Kind
from tests.runtime.process import interrupted_runs
from tests.support.admin_platform import AdminPlatform, serve_platform
from tests.support.certificates import Authority
from tests.support.job_process import Ending, JobProcess

# Cloud Run kills so long after its SIGTERM; what is interrupted here would take 300 s or for ever.
BOUND_SECONDS = 10.0


def terminate(process: JobProcess) -> Ending:
    process.terminate()
    return process.finish(BOUND_SECONDS)


def check(ending: Ending, job: str) -> None:
    assert (ending.exit_status, ending.errors) == (143, "")
    summary = ending.summary
    assert (summary["job"], summary["status"], summary["exit_status"]) == (job, "terminated", 143)
    assert summary["error"] == "stopped by SIGTERM before the job was done"


def test_a_request_is_abandoned(platform: AdminPlatform) -> None:
    """The service may hang for ten minutes; Cloud Run kills ten seconds after its SIGTERM."""
    hang = platform.server.faults.add(Fault(Kind.HANG))
    with platform.start("quota-reset") as process:
        hang.wait()
        check(terminate(process), "quota-reset")


def test_a_request_over_tls_is_abandoned(tmp_path: Path) -> None:
    """There it is OpenSSL that waits."""
    authority = Authority()
    authority.write_certificate(tmp_path / "ca.pem")
    with serve_platform(tls=authority.server_context("127.0.0.1")) as platform:
        hang = platform.server.faults.add(Fault(Kind.HANG))
        with platform.start("quota-reset", SSL_CERT_FILE=str(tmp_path / "ca.pem")) as process:
            hang.wait()
            check(terminate(process), "quota-reset")


@pytest.mark.parametrize("job", ["quota-reset", "org-sync-all"])
def test_a_job_that_was_stopped_and_continued_goes_on(job: str, platform: AdminPlatform) -> None:
    """As by Ctrl-Z and `fg`: the kernel breaks off what waits, and no time is up."""
    platform.state.add_organizations("org_1")
    hang = platform.server.faults.add(Fault(Kind.HANG, method="POST"))
    with platform.start(job) as process:
        hang.wait()
        os.kill(process.pid, signal.SIGSTOP)
        os.waitpid(process.pid, os.WUNTRACED)
        os.kill(process.pid, signal.SIGCONT)
        hang.release()
        ending = process.finish()
    assert (0, []) == (ending.exit_status, [line for line in ending.lines if line["event"] == "retry"])


def test_a_wait_is_abandoned(platform: AdminPlatform) -> None:
    """Here one of the 300 s that the service asked for."""
    platform.server.faults.add(Fault(Kind.RESPOND, status=429, headers={"Retry-After": "300"}, body={}))
    with platform.start("stale-cleanup") as process:
        assert process.read_event("retry")["wait_seconds"] >= 300
        check(terminate(process), "stale-cleanup")


def test_threads_are_abandoned(platform: AdminPlatform) -> None:
    """org-sync-all waits in its main thread for eight that hang."""
    platform.state.add_organizations(*(f"org_{number}" for number in range(20)))
    hang = platform.server.faults.add(Fault(Kind.HANG, method="POST", count=None))
    with platform.start("org-sync-all") as process:
        hang.wait()
        check(terminate(process), "org-sync-all")


def test_what_was_done_until_then_is_counted(platform: AdminPlatform) -> None:
    """The operator who stopped a long run learns how far it came."""
    platform.state.add_organizations(*(f"org_{number}" for number in range(5)))
    hang = platform.server.faults.add(Fault(Kind.HANG, path="/api/v1/organizations/org_2/sync"))
    with platform.start("org-sync-all", ORG_SYNC_CONCURRENCY="1") as process:
        hang.wait()
        ending = terminate(process)
    assert (ending.exit_status, ending.summary["counts"]["synced"]) == (143, 2)


def test_who_stopped_a_notification_is_warned_to_look_first(platform: AdminPlatform) -> None:
    """The service goes on with what it has begun: a re-run may notify twice."""
    hang = platform.server.faults.add(Fault(Kind.HANG))
    with platform.start("alerts") as process:
        hang.wait()
        ending = terminate(process)
    assert (143, MAY_NOTIFY_TWICE) == (ending.exit_status, ending.summary["remedy"])


def test_the_listing_is_abandoned(platform: AdminPlatform) -> None:
    """Likewise while a thread lists."""
    hang = platform.server.faults.add(Fault(Kind.HANG, path="/api/v1/organizations"))
    with platform.start("org-sync-all") as process:
        hang.wait()
        check(terminate(process), "org-sync-all")


def test_ctrl_c_is_called_so(platform: AdminPlatform) -> None:
    """Who typed it should not look for somebody else."""
    hang = platform.server.faults.add(Fault(Kind.HANG))
    with platform.start("quota-reset") as process:
        hang.wait()
        os.kill(process.pid, signal.SIGINT)
        ending = process.finish(BOUND_SECONDS)
    assert (ending.exit_status, ending.summary["error"]) == (143, "stopped by Ctrl-C before the job was done")


def test_a_second_signal_changes_nothing(platform: AdminPlatform) -> None:
    """Somebody was impatient; the summary is written once."""
    hang = platform.server.faults.add(Fault(Kind.HANG))
    with platform.start("quota-reset") as process:
        hang.wait()
        process.terminate()
        check(terminate(process), "quota-reset")


def interrupt_runs(*arguments: str) -> list[tuple[str, Ending]]:
    """What each signal was, and how the run ended that it met."""
    command = [sys.executable, "-m", interrupted_runs.__name__, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=300.0)
    assert done.stderr == ""
    return [(name, Ending(status, output, "")) for name, status, output in json.loads(done.stdout)]


def check_interrupted(name: str, ending: Ending) -> None:
    """One summary, the last of whole lines, which says how the process ended, and what was open at that moment."""
    summary = ending.summary
    assert ending.exit_status == summary["exit_status"]
    if ending.exit_status == 0:
        assert (summary["status"], summary["counts"]) == ("done", {"done": interrupted_runs.LINES})
        return
    begun = sum(line["event"] == "begun" for line in ending.lines)
    ended = sum(line["event"] == "ended" for line in ending.lines)
    cause = {"SIGTERM": "SIGTERM", "SIGINT": "Ctrl-C"}[name]
    stopped = f"stopped by {cause} before the job was done"
    assert (ending.exit_status, summary["status"]) == (143, "terminated")
    assert summary["error"] in (stopped, f"{stopped}; {interrupted_runs.OPEN}")
    if begun > ended and summary["counts"]["done"] < begun:
        assert summary["error"].endswith(interrupted_runs.OPEN)
    assert (summary["remedy"] == interrupted_runs.REMEDY) == summary["error"].endswith(interrupted_runs.OPEN)
    assert ended <= summary["counts"].get("done", 0) <= begun


def test_a_signal_at_any_opcode_ends_with_one_summary() -> None:
    """In the middle of a line, of a lock, of the summary; while another thread writes. Prime steps meet every phase."""
    endings = interrupt_runs("opcodes", "97")
    for name, ending in endings:
        check_interrupted(name, ending)
    statuses = [ending.exit_status for _, ending in endings]
    assert len(statuses) > 100
    assert set(statuses[:-1]) == {143}


def test_hundreds_of_signals_from_outside_end_with_one_summary_each() -> None:
    """Whenever they come; a run that was done before says so."""
    for name, ending in interrupt_runs("lines", "300"):
        check_interrupted(name, ending)


# Sends the signal when the module of that name is looked for.
AT_IMPORT = """
import os, runpy, sys
module, number, sys.argv[1:] = sys.argv[1], int(sys.argv[2]), ["quota-reset"]
class Sender:
    def find_spec(name, path=None, target=None):
        if name == module:
            os.kill(os.getpid(), number)
sys.meta_path.insert(0, Sender)
runpy.run_module("runtime", run_name="__main__", alter_sys=True)
"""


@pytest.mark.parametrize("number", interrupted_runs.SIGNALS)
@pytest.mark.parametrize(
    "module",
    [
        "runtime.run",
        "json",
        "runtime.config.catalog",
        "runtime.process.signals",
        "runtime.jobs.daily.quota_reset",
        "ssl",
    ],
)
def test_no_signal_is_lost_during_an_import(platform: AdminPlatform, module: str, number: signal.Signals) -> None:
    """From the first line of runtime/__main__.py on; an exception would be lost, or be taken for a broken module."""
    done = subprocess.run(
        [sys.executable, "-c", AT_IMPORT, module, str(int(number))],
        cwd=ROOT,
        env={"PATH": os.defpath, **platform.variables},
        capture_output=True,
        text=True,
        check=False,
    )
    ending = Ending(done.returncode, done.stdout, done.stderr)
    assert (ending.exit_status, ending.errors, ending.summary["status"]) == (143, "", "terminated")
    assert platform.calls == []
