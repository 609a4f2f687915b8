"""One job, one summary line as the last, one exit status; always."""

from __future__ import annotations

import pytest

from runtime.jobs.daily.alerts import MAY_NOTIFY_TWICE
from runtime.process.secret import MASK
from sandbox.admin_api import ROOT_KEY
from sandbox.faults import Fault, Kind
from tests.support.admin_platform import AdminPlatform
from tests.support.virtual_clock import VirtualClock

# This version of the service knows the second path only.
QUOTA_RESET = ["POST /admin/quota/reset-daily", "POST /quota/reset-daily"]


class BrokenClock(VirtualClock):
    """Raises when the job waits: a defect in the middle of a run."""

    __slots__ = ("error",)

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def sleep(self, seconds: float) -> None:
        raise self.error


def test_a_run_starts_and_ends_with_a_line_of_its_own(platform: AdminPlatform) -> None:
    """The summary has what the table of the demo and the alert policies read."""
    run = platform.run("stale", CLOUD_RUN_TASK_ATTEMPT="1")
    first, last = run.log.lines[0], run.log.lines[-1]
    assert (first["event"], first["job"], first["project"], first["attempt"]) == (
        "start",
        "stale-cleanup",
        "cloudact-testing-1",
        1,
    )
    assert {name: last[name] for name in ("event", "job", "status", "exit_status", "duration_ms", "severity")} == {
        "event": "summary",
        "job": "stale-cleanup",
        "status": "done",
        "exit_status": 0,
        "duration_ms": 0,
        "severity": "INFO",
    }
    assert last["message"] == "stale-cleanup done in 0 ms"


@pytest.mark.parametrize(
    ("arguments", "variables", "error"),
    [
        ([], {}, "no job was named"),
        (["quota-rest"], {}, "there is no job 'quota-rest'"),
        (["quota-reset", "--force"], {}, "quota-reset has no option '--force'"),
        (["quota-reset"], {"ENVIRONMENT": "local"}, "ENVIRONMENT: 'local' is not an environment"),
        (["quota-reset"], {"ENVIRONMENT": "prod"}, "ENVIRONMENT prod belongs to project cloudact-prod"),
        (["quota-reset"], {"CA_ROOT_API_KEY": f"{ROOT_KEY}\r\nX: y"}, "CA_ROOT_API_KEY has a blank, a line break"),
        (["quota-reset"], {"CA_ROOT_API_KEY": f"{ROOT_KEY} "}, "CA_ROOT_API_KEY has a blank, a line break"),
        (["quota-reset"], {"GOOGLE_APPLICATION_CREDENTIALS": "~/k"}, "GOOGLE_APPLICATION_CREDENTIALS is '~/k'"),
        (["quota-reset"], {"API_SERVICE_URL": "http://api.example"}, "API_SERVICE_URL is plain http to api.example"),
    ],
)
def test_bad_input_ends_with_2_and_sends_nothing(
    platform: AdminPlatform,
    capfd: pytest.CaptureFixture[str],
    arguments: list[str],
    variables: dict[str, str],
    error: str,
) -> None:
    """One clear line on stderr besides the summary, and no request."""
    run = platform.run(*arguments, **variables)
    assert (run.outcome, platform.calls) == ((2, "failed"), [])
    assert run.summary["error"].startswith(error)
    remedy = run.summary.get("remedy")
    message = run.summary["error"] + (f" - {remedy}" if remedy else "")
    assert capfd.readouterr().err == f"runtime: {message}\n"
    assert ROOT_KEY not in message


@pytest.mark.parametrize(
    ("arguments", "variables"),
    [
        ([ROOT_KEY], {}),
        (["alerts", f"--key={ROOT_KEY}"], {}),
        (["alerts"], {"API_SERVICE_URL": ROOT_KEY}),
        (["alerts"], {"API_SERVICE_URL": f"https://api.example/{ROOT_KEY}?x"}),
        (["alerts"], {"ENVIRONMENT": ROOT_KEY}),
        (["migrate"], {"SUPABASE_PROJECT_REF": ROOT_KEY, "SUPABASE_ACCESS_TOKEN": "sbp_0123456789"}),
        (["quota-cleanup"], {"DAYS_TO_KEEP": ROOT_KEY}),
    ],
)
def test_a_key_in_the_wrong_place_is_masked(
    platform: AdminPlatform, capfd: pytest.CaptureFixture[str], arguments: list[str], variables: dict[str, str]
) -> None:
    """Two variables that were swapped: the error quotes what is wrong, and neither log nor stderr shows the key."""
    run = platform.run(*arguments, **variables)
    written = b"".join(run.log.raw).decode() + capfd.readouterr().err
    assert (run.outcome, MASK in written, ROOT_KEY in written) == ((2, "failed"), True, False)


def test_a_run_without_a_job_does_not_read_like_a_success(platform: AdminPlatform) -> None:
    """The message is what the log shows of the line."""
    assert platform.run("nope").summary["message"].startswith("runtime failed in 0 ms: there is no job 'nope'")


def test_a_transient_fault_ends_with_75(platform: AdminPlatform) -> None:
    """Running again is right; the summary says why."""
    platform.server.faults.add(Fault(Kind.RESPOND, count=None, body="<html>busy</html>"))
    run = platform.run("quota-reset")
    assert run.outcome == (75, "incomplete")
    assert "503: <html>busy</html>" in run.summary["error"]
    assert run.summary["remedy"] == "run the job again once the service is up"


def test_a_fault_that_outlives_the_jobs_time_ends_with_75(platform: AdminPlatform) -> None:
    """An hour of maintenance is not waited for by a job of 15 minutes."""
    platform.state.maintenance = True
    run = platform.run("quota-reset")
    assert (run.outcome, platform.clock.waits) == ((75, "incomplete"), [])


@pytest.mark.parametrize("key", [None, "another-key"])
def test_a_key_that_the_service_refuses_ends_with_1(platform: AdminPlatform, key: str | None) -> None:
    """403 for a wrong key, 503 for a server without one; neither is asked again."""
    platform.state.key = key
    run = platform.run("quota-reset")
    assert (run.outcome, platform.calls) == ((1, "failed"), QUOTA_RESET)
    assert "CA_ROOT_API_KEY" in run.summary["remedy"]


def test_a_defect_is_reported_as_one(platform: AdminPlatform) -> None:
    """The traceback goes into the log as a field, and the summary is written anyway."""
    platform.server.faults.add(Fault(Kind.RESPOND))
    run = AdminPlatform(platform.state, platform.server, BrokenClock(ZeroDivisionError("oh"))).run("quota-reset")
    (crash,) = run.log.events("crash")
    assert "ZeroDivisionError: oh" in crash["traceback"]
    assert (run.outcome, run.summary["error"]) == (
        (1, "failed"),
        "a defect of the job itself: ZeroDivisionError: oh",
    )


def test_a_defect_keeps_what_the_job_declared(platform: AdminPlatform) -> None:
    """On any error: a notification may be out, and a re-run would send it twice."""
    platform.server.faults.add(Fault(Kind.RESPOND, status=429, body={}))
    run = AdminPlatform(platform.state, platform.server, BrokenClock(ZeroDivisionError("oh"))).run("alerts")
    assert MAY_NOTIFY_TWICE in run.summary["remedy"]


def test_a_defect_keeps_the_counts(platform: AdminPlatform) -> None:
    """Those of the organizations that were synced before it."""
    platform.state.add_organizations("org_a")
    platform.server.faults.add(Fault(Kind.RESPOND, method="POST", status=429, body={}))
    run = AdminPlatform(platform.state, platform.server, BrokenClock(ZeroDivisionError("oh"))).run("org-sync-all")
    assert (run.outcome, run.summary["counts"]["synced"]) == ((1, "failed"), 0)


def test_the_key_is_in_no_line(platform: AdminPlatform) -> None:
    """Not even if the service repeats it (NFR-SJ-002)."""
    body = {"detail": f"Invalid key {ROOT_KEY}", "request_id": "r"}
    platform.server.faults.add(Fault(Kind.RESPOND, status=400, body=body))
    run = platform.run("quota-reset")
    assert run.summary["error"].startswith("POST /api/v1/admin/quota/reset-daily at http://127.0.0.1:")
    assert "answered 400: Invalid key [redacted] (request " in run.summary["error"]
    assert ROOT_KEY.encode() not in b"".join(run.log.raw)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("SSL_CERT_FILE", "SSL_CERT_FILE /nowhere cannot be read"),
        ("SSL_CERT_DIR", "SSL_CERT_DIR /nowhere does not exist"),
    ],
)
def test_ca_certificates_that_are_not_there_are_reported_before_anything_is_sent(
    platform: AdminPlatform, name: str, problem: str
) -> None:
    """A mistake of the settings, for any address that the job calls: exit 2, and no `start`."""
    run = platform.run("quota-reset", **{name: "/nowhere"})
    assert (run.outcome, platform.calls, run.log.events("start")) == ((2, "failed"), [], [])
    assert problem in run.summary["error"]
