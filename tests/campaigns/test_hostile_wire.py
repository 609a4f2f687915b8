"""A malicious peer on the wire gets no key, no request, no memory and no time beyond the job's."""

from __future__ import annotations

import gzip
import resource

import pytest

from runtime.net.answer import BODY_LIMIT
from sandbox.admin_api import ROOT_KEY
from sandbox.faults import Fault, Kind
from tests.support.admin_platform import serve_platform
from tests.support.job_process import run_process
from tests.support.job_run import JobRun
from tests.support.raw_server import Peer, Script, raw_server


def answer_with(head: bytes, body: bytes = b"{}") -> Script:
    def script(peer: Peer) -> None:
        peer.read_request()
        peer.send(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\n" + body)

    return script


def run_against(script: Script) -> JobRun:
    """A job on a virtual clock whose service plays this script on every connection."""
    with raw_server(script) as server, serve_platform() as platform:
        return platform.run("quota-reset", API_SERVICE_URL=str(server.endpoint))


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
def test_a_redirect_gets_neither_key_nor_visit(status: str) -> None:
    """urllib on its own would send the key along, and turn the POST into a GET."""
    with raw_server(lambda peer: peer.answer()) as elsewhere:
        location = f"Location: {elsewhere.endpoint}/api/v1/admin/quota/reset-daily"
        run = run_against(lambda peer: peer.answer(b"", status, location))
        assert (elsewhere.connections, run.outcome) == (0, (1, "failed"))
    assert "redirects are not followed" in run.summary["remedy"]


HEADS = {
    "a line of a megabyte": b"X-Long: " + b"x" * 1_000_000,
    "ten thousand headers": b"\r\n".join(b"X-%d: y" % number for number in range(10_000)),
    "a header without end": b"X-Folded: a" + b"\r\n b" * 100_000,
    "a length that is none": b"Content-Length: 1e9",
    "a negative length": b"Content-Length: -1",
    "an absurd length": b"Content-Length: " + b"9" * 200,
    "a chunk of absurd size": b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 60,
    "no chunk at all": b"Transfer-Encoding: chunked\r\n\r\nnonsense",
    "a negative chunk": b"Transfer-Encoding: chunked\r\n\r\n-1",
    "a very negative chunk": b"Transfer-Encoding: chunked\r\n\r\n-ffffffff",
    "a line without a colon": b"no colon\r\nContent-Length: 2",
    "a coding that is unknown": b"Transfer-Encoding: br",
}


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_headers_that_are_an_attack_are_a_fault_like_any_other(head: bytes) -> None:
    """Retried if that may help, then given up; never a defect of the job, nor waited for while the peer hangs."""

    def script(peer: Peer) -> None:
        answer_with(head)(peer)
        peer.hang()

    run = run_against(script)
    assert (run.exit_status in (1, 75), run.log.events("crash")) == (True, [])


def test_a_bomb_is_not_unpacked() -> None:
    """Ten kilobytes that would be ten megabytes stay ten kilobytes, and are no JSON."""
    bomb = gzip.compress(b" " * 10_000_000)
    run = run_against(answer_with(b"Content-Encoding: gzip\r\nContent-Length: %d" % len(bomb), bomb))
    assert (run.outcome, "a body that is not JSON" in run.summary["error"]) == ((1, "failed"), True)
    assert len(run.log.raw[-1]) < 10_000


def test_memory_stays_bounded_whatever_is_sent() -> None:
    """Bodies without an end are read up to the limit, nested ones not at all."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for body in (b"[" * BODY_LIMIT, b'{"a":' * 1_000_000, b'"' + b"\\u0000" * 100_000 + b'"'):
        assert run_against(answer_with(b"Content-Length: %d" % len(body), body)).outcome == (1, "failed")
    with serve_platform() as platform:
        platform.server.faults.add(Fault(Kind.HUGE, size=BODY_LIMIT + 100_000, count=None))
        assert platform.run("quota-reset").outcome == (1, "failed")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 * 1024


def test_slow_headers_do_not_outlive_the_job() -> None:
    """A byte at a time, each within any socket timeout; the process ends with its own time."""
    with raw_server(lambda peer: peer.drip(b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 100_000)) as server:
        ending = run_process(
            "quota-reset",
            GCP_PROJECT_ID="cloudact-testing-1",
            CA_ROOT_API_KEY=ROOT_KEY,
            API_SERVICE_URL=str(server.endpoint),
            JOB_TIMEOUT_SECONDS="1",
        )
    assert (ending.exit_status, ending.summary["status"]) == (75, "incomplete")


NONSENSE = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n{}"


def test_nonsense_fails_one_organization_and_not_the_run() -> None:
    """The others are synced, and the one is named."""
    with serve_platform() as platform:
        platform.state.add_organizations("org_a", "org_b", "org_c")
        path = "/api/v1/organizations/org_b/sync"
        platform.server.faults.add(Fault(Kind.GARBAGE, path=path, body=NONSENSE.decode(), count=None))
        run = platform.run("org-sync-all")
    assert (run.outcome, run.counts["synced"], run.counts["failed"]) == ((1, "failed"), 2, 1)
    assert "org_b" in run.summary["error"]
    assert run.log.events("crash") == []


@pytest.mark.parametrize("head", [b"Transfer-Encoding: chunked\r\n\r\n-5", b"no colon\r\nContent-Length: 2"])
def test_nonsense_after_alerts_may_have_notified(head: bytes) -> None:
    """It was sent, so it is not sent again, whether it was processed or not."""

    def script(peer: Peer) -> None:
        answer_with(head)(peer)
        peer.hang()

    with raw_server(script) as server, serve_platform() as platform:
        run = platform.run("alerts", API_SERVICE_URL=str(server.endpoint))
        assert (server.connections, run.outcome) == (1, (1, "failed"))
    assert "may notify twice" in run.summary["remedy"]


def test_an_interim_answer_is_no_answer() -> None:
    """102 and 103 may come before the real one (RFC 9110, 15.2)."""
    body = b'{"success": true, "orgs_processed": 1, "orgs_created": 0, "orgs_skipped": 0, "message": "ok"}'
    final = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body

    def script(peer: Peer) -> None:
        peer.read_request()
        peer.send(b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + final)

    assert run_against(script).outcome == (0, "done")
