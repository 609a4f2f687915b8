"""The runtime as the container starts it: a process with a log, a summary and an exit status (NFR-SJ-001.3)."""

from __future__ import annotations

import os
import resource
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.config.catalog import ROOT, load_catalog
from sandbox.admin_api import ROOT_KEY
from sandbox.faults import Fault, Kind
from tests.support.admin_platform import AdminPlatform
from tests.support.job_process import run_process

CLOSED = ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"]


@pytest.fixture
def nowhere() -> Iterator[str]:
    """An address of this machine on which nothing listens."""
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{unheard.getsockname()[1]}"


def run_in_shell(platform: AdminPlatform, arguments: str, redirection: str) -> subprocess.CompletedProcess[str]:
    command = f'exec "{sys.executable}" -m runtime {arguments} {redirection}'
    environment = {"PATH": os.defpath, **platform.variables}
    return subprocess.run(["sh", "-c", command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_a_job_that_is_done_ends_with_0(platform: AdminPlatform) -> None:
    """Stdout is JSON lines, the last one the only summary; stderr is silent."""
    platform.state.add_organizations("org_a", "org_b")
    with platform.start("quota-daily") as process:
        ending = process.finish()
    assert (ending.exit_status, ending.errors) == (0, "")
    assert [line["event"] for line in ending.lines] == ["start", "request", "request", "summary"]
    assert (ending.summary["job"], ending.summary["status"]) == ("quota-reset", "done")
    assert ending.summary["counts"] == {"orgs_processed": 2, "orgs_created": 2, "orgs_skipped": 0}


def test_a_job_that_failed_ends_with_1(platform: AdminPlatform) -> None:
    """Even if it failed in part."""
    platform.state.add_organizations("org_a", "org_b")
    platform.state.organizations["org_a"].alert_error = "query failed"
    with platform.start("alerts") as process:
        ending = process.finish()
    assert (ending.exit_status, ending.summary["status"]) == (1, "failed")
    assert ending.summary["error"] == "alerts: 1 organizations failed: org_a: query failed"


def test_a_fault_that_may_pass_ends_with_75(platform: AdminPlatform) -> None:
    """Here a wait that is longer than the job's time."""
    platform.state.maintenance = True
    with platform.start("stale-cleanup") as process:
        ending = process.finish()
    assert (ending.exit_status, ending.summary["status"]) == (75, "incomplete")


def test_a_mistake_ends_with_2_and_one_line(platform: AdminPlatform) -> None:
    """On stderr for the person who typed it; no traceback, nothing sent."""
    with platform.start("quota-rest") as process:
        ending = process.finish()
    assert (ending.exit_status, ending.summary["status"], platform.calls) == (2, "failed", [])
    assert ending.errors.startswith("runtime: there is no job 'quota-rest' - did you mean quota-reset?")
    assert ending.errors.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("API_SERVICE_URL", "https://a..b"),
        ("API_SERVICE_URL", "https://api.example."),
        ("SSL_CERT_FILE", "/none/ca.pem"),
        ("SSL_CERT_FILE", "/none\nca.pem"),
        ("SSL_CERT_DIR", "/none"),
        ("CLOUD_RUN_JOB", "cloudact-daily-alerts"),
        ("ENVIRONMENT", "local"),
    ],
)
def test_a_wrong_variable_is_reported_before_the_job_starts(platform: AdminPlatform, name: str, value: str) -> None:
    """One line on stderr, and of the log only the summary."""
    with platform.start("quota-reset", **{name: value}) as process:
        ending = process.finish()
    assert (ending.exit_status, [line["event"] for line in ending.lines]) == (2, ["summary"])
    assert ending.errors.startswith(f"runtime: {name}")
    assert (ending.errors.count("\n"), platform.calls) == (1, [])


def test_a_bundle_that_is_broken_is_reported_before_the_job_starts(platform: AdminPlatform, tmp_path: Path) -> None:
    """What looks like a certificate is tried before anything is sent, even to a service without TLS."""
    bundle = tmp_path / "ca.pem"
    bundle.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    with platform.start("quota-reset", SSL_CERT_FILE=str(bundle)) as process:
        ending = process.finish()
    assert (ending.exit_status, [line["event"] for line in ending.lines]) == (2, ["summary"])
    assert ending.errors.startswith(f"runtime: SSL_CERT_FILE {bundle} holds no certificate")
    assert platform.calls == []


def test_a_crash_leaves_no_core_file(platform: AdminPlatform) -> None:
    """It would hold the keys; the process permits none of any size, with any limit of the container."""
    hang = platform.server.faults.add(Fault(Kind.HANG))
    with platform.start("quota-reset") as process:
        hang.wait()
        assert resource.prlimit(process.pid, resource.RLIMIT_CORE) == (0, 0)


def test_an_empty_environment_is_a_configuration_error(nowhere: str) -> None:
    """Everything that is missing in one line; the metadata server was looked for in vain."""
    ending = run_process("quota-reset", GCE_METADATA_HOST=nowhere)
    assert (ending.exit_status, len(ending.lines)) == (2, 1)
    assert ending.errors == (
        "runtime: GCP_PROJECT_ID is not set and no metadata server answers: set it to the project's id; "
        "CA_ROOT_API_KEY is not set, and without a project Secret Manager cannot be asked for it\n"
    )


def test_a_service_that_is_not_there_is_retried_until_time_is_up(nowhere: str) -> None:
    """Refused connections may pass; no wait begins that the job would not outlive."""
    variables = {"GCP_PROJECT_ID": "cloudact-prod", "CA_ROOT_API_KEY": "k", "API_SERVICE_URL": f"http://{nowhere}"}
    # On a busy machine a second is over before the first request.
    for seconds in ("1", "5", "25"):
        ending = run_process("quota-reset", JOB_TIMEOUT_SECONDS=seconds, **variables)
        assert (ending.exit_status, ending.summary["status"]) == (75, "incomplete")
        if "was not sent" not in ending.summary["error"]:
            break
    assert "the last with connection refused" in ending.summary["error"]


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["--help", "alerts"]])
def test_the_overview_is_plain_text(arguments: list[str]) -> None:
    """For a person: no JSON, no environment needed."""
    ending = run_process(*arguments)
    assert (ending.exit_status, ending.errors) == (0, "")
    assert [job.name for job in load_catalog().jobs if job.name not in ending.output] == []


def test_each_job_explains_itself(platform: AdminPlatform) -> None:
    """With --help in any place nothing is run."""
    with platform.start("alerts", "--org", "acme", "--help") as process:
        ending = process.finish()
    assert (ending.exit_status, ending.errors, platform.calls) == (0, "", [])
    assert ending.output.startswith("usage: python -m runtime alerts [options]\n")


def test_help_for_an_unknown_job_is_a_mistake() -> None:
    """Like running it, with its summary and nothing else."""
    ending = run_process("alarms", "--help")
    assert (ending.exit_status, [line["event"] for line in ending.lines]) == (2, ["summary"])
    assert ending.errors == run_process("alarms").errors == "runtime: there is no job 'alarms' - did you mean alerts?\n"


def test_a_key_typed_in_the_place_of_a_job_is_masked_in_help_too() -> None:
    """On both streams."""
    ending = run_process(ROOT_KEY, "--help", CA_ROOT_API_KEY=ROOT_KEY)
    assert ending.exit_status == 2
    assert ROOT_KEY not in ending.errors + ending.output


@pytest.mark.parametrize("redirection", CLOSED)
def test_closed_streams_do_not_stop_the_work(platform: AdminPlatform, redirection: str) -> None:
    """Nor does the log go out on the connection that would have got the stream's number."""
    shell = run_in_shell(platform, "quota-reset", redirection)
    assert shell.returncode == 0
    assert [request.body for request in platform.server.requests] == [b"", b""]


@pytest.mark.parametrize(("arguments", "status"), [("--help", 0), ("nope", 2), ("nope --help", 2)])
@pytest.mark.parametrize("redirection", CLOSED)
def test_closed_streams_do_not_change_the_exit_status(
    platform: AdminPlatform, arguments: str, status: int, redirection: str
) -> None:
    """Whether or not anybody reads why."""
    assert run_in_shell(platform, arguments, redirection).returncode == status


def test_a_reader_that_goes_away_does_not_stop_the_work(platform: AdminPlatform) -> None:
    """A pipe without a reader, a full disk: the job's work counts."""
    assert run_in_shell(platform, "quota-reset", ">/dev/full").returncode == 0
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "runtime", "quota-reset"]
    environment = {"PATH": os.defpath, **platform.variables}
    ending = subprocess.run(command, cwd=ROOT, env=environment, stdout=writing, check=False)
    os.close(writing)
    assert (ending.returncode, len(platform.calls)) == (0, 4)


def test_a_key_is_in_no_output(platform: AdminPlatform) -> None:
    """Even if the service repeats it (NFR-SJ-002)."""
    page = f"<html>{'x ' * 142}{ROOT_KEY} {ROOT_KEY}</html>"
    platform.server.faults.add(Fault(Kind.RESPOND, status=400, body=page))
    with platform.start("quota-reset") as process:
        ending = process.finish()
    assert ending.exit_status == 1
    assert ROOT_KEY[: len(ROOT_KEY) // 2] not in ending.output + ending.errors
