"""SIGTERM ends a wait and a request at once, writes the summary, and exits with 143."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from runtime.config.catalog import ROOT
from runtime.jobs.daily.alerts import MAY_NOTIFY_TWICE
from sandbox.certificates import Authority
from sandbox.faults import Fault, Kind
from tests.support.admin_platform import AdminPlatform, serve_platform
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
    """Whoever stopped a long run learns how far it came."""
    platform.state.add_organizations(*(f"org_{number}" for number in range(5)))
    hang = platform.server.faults.add(Fault(Kind.HANG, path="/api/v1/organizations/org_2/sync"))
    with platform.start("org-sync-all", ORG_SYNC_CONCURRENCY="1") as process:
        hang.wait()
        ending = terminate(process)
    assert (ending.exit_status, ending.summary["counts"]["synced"]) == (143, 2)


def test_who_stopped_a_notification_is_told_to_look_first(platform: AdminPlatform) -> None:
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


# A signal that arrives in a weak reference's callback, which nothing can be raised through.
DROPPED = """
import os, signal, sys, weakref
from runtime.process.clock import Clock
from runtime.process.log import Log
from runtime.process.secret import Redactor
from runtime.process.signals import Termination
Termination(Log(Clock(), Redactor(), {}))
class Thing: pass
thing = Thing()
reader, writer = os.pipe()
reference = weakref.ref(thing, lambda _: signal.raise_signal(int(sys.argv[1])))
try:
    del thing
    os.read(reader, 1)
except BaseException as error:
    print(type(error).__name__)
"""


@pytest.mark.parametrize(("number", "name"), [(signal.SIGTERM, "Terminated"), (signal.SIGINT, "KeyboardInterrupt")])
def test_a_signal_that_python_drops_is_raised_again(number: signal.Signals, name: str) -> None:
    """Imports have such callbacks at every module: a job would go on until it is killed, without a summary."""
    command = [sys.executable, "-c", DROPPED, str(int(number))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=BOUND_SECONDS)
    assert (f"{name}\n", "") == (done.stdout, done.stderr)


def test_no_signal_disturbs_the_summary() -> None:
    """Who presses Ctrl-C twice, or is terminated meanwhile, gets the summary and no traceback."""
    deaf = "disarm(); [signal.raise_signal(n) for n in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)]; sys.exit()"
    code = DROPPED.replace("import Termination", "import Termination, disarm").replace("os.read(reader, 1)", deaf)
    command = [sys.executable, "-c", code.replace("    del thing\n", ""), "0"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=BOUND_SECONDS)
    assert ("SystemExit\n", "") == (done.stdout, done.stderr)


def test_any_other_dropped_error_is_reported() -> None:
    """As Python does: it is a defect that somebody should see."""
    code = DROPPED.replace("signal.raise_signal(int(sys.argv[1]))", "1 / 0").replace("os.read(reader, 1)", "sys.exit()")
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=BOUND_SECONDS
    )
    assert "ZeroDivisionError" in done.stderr


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
