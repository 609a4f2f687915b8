"""If a peer, a library or a defect repeats a key, nobody can read it: NFR-SJ-002."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.run import Run
from sandbox.admin_api import ROOT_KEY
from sandbox.faults import Fault, Kind
from tests.campaigns.echoing_transport import EchoingTransport
from tests.catalog import JOBS
from tests.runtime.process.test_secret import ENCODERS
from tests.support.admin_platform import serve_platform
from tests.support.records import Records
from tests.support.scripted_transport import Answer, ScriptedTransport
from tests.support.virtual_clock import VirtualClock

HOLDERS = [name for name, job in JOBS.items() if job["secrets"]]
STATUSES = (200, 201, 302, 400, 401, 403, 404, 409, 422, 429, 500, 503, 540)
keys = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=16, max_size=60)


def run_with_key(job: str, value: str, transport: EchoingTransport) -> bytes:
    variables = {
        "GCP_PROJECT_ID": "cloudact-prod",
        "CA_ROOT_API_KEY": value,
        "SUPABASE_ACCESS_TOKEN": value,
    }
    clock = VirtualClock()
    log = Records(clock)
    Run(variables, clock=clock, log=log, transport=transport).execute([job])
    assert log.lines[-1]["event"] == "summary"
    return b"".join(log.raw)


@pytest.mark.parametrize("form", ENCODERS)
@settings(max_examples=40, deadline=None)
@given(
    value=keys,
    job=st.sampled_from(HOLDERS),
    manner=st.integers(0, 9),
    status=st.sampled_from(STATUSES),
    polite=st.integers(0, 2),
    before=st.text(max_size=12),
)
def test_no_line_of_any_job_holds_its_key(
    form: str, value: str, job: str, manner: int, status: int, polite: int, before: str
) -> None:
    """In error bodies of every shape, headers, causes of exceptions and tracebacks, in every form it may be in."""
    encoded = ENCODERS[form](value)
    core = encoded if "base64" not in form else encoded[4 : 4 * (len(value) // 3) - 4]
    written = run_with_key(job, value, EchoingTransport(before + encoded + "!", manner, status, polite))
    for shown in (core, value, json.dumps(core)[1:-1]):
        assert shown.encode() not in written


@settings(max_examples=60, deadline=None)
@given(token=keys, form=st.sampled_from(sorted(ENCODERS)), status=st.sampled_from((200, 401, 403, 500)))
def test_no_line_holds_the_token_of_the_metadata_server(token: str, form: str, status: int) -> None:
    """The overlap check gets one and sends it to Cloud Run, which may repeat it."""
    encoded = ENCODERS[form](token)
    core = encoded if "base64" not in form else encoded[4 : 4 * (len(token) // 3) - 4]
    answers = (
        Answer(200, {"access_token": token}),
        Answer(status, {"error": {"message": encoded}, "detail": encoded, "executions": [{"name": encoded}]}),
    )
    variables = {
        "GCP_PROJECT_ID": "cloudact-prod",
        "CA_ROOT_API_KEY": ROOT_KEY,
        "CLOUD_RUN_JOB": "cloudact-daily-alerts",
        "CLOUD_RUN_EXECUTION": "cloudact-daily-alerts-abcde",
    }
    clock = VirtualClock()
    log = Records(clock)
    transport = ScriptedTransport(*answers)
    assert Run(variables, clock=clock, log=log, transport=transport).execute(["alerts"]) == 75
    written = b"".join(log.raw)
    for shown in (core, token, json.dumps(core)[1:-1]):
        assert shown.encode() not in written


def test_neither_arguments_nor_core_file_of_a_process_hold_a_key() -> None:
    """What every user of the machine may read of a running job."""
    with serve_platform() as platform:
        hung = platform.server.faults.add(Fault(Kind.HANG))
        with platform.start("quota-reset") as process:
            hung.wait()
            folder = Path(f"/proc/{process.pid}")
            arguments, limits = folder.joinpath("cmdline").read_bytes(), folder.joinpath("limits").read_text()
            hung.release()
            ending = process.finish()
    assert ROOT_KEY.encode() not in arguments
    assert ["Max core file size        0                    0                    bytes"] == [
        line.rstrip() for line in limits.splitlines() if line.startswith("Max core")
    ]
    assert (ending.exit_status, ROOT_KEY in ending.output + ending.errors) == (0, False)


def test_a_key_that_is_refused_is_not_repeated_on_stderr() -> None:
    """A stray newline is the likeliest mistake; the message says where it is."""
    with serve_platform() as platform, platform.start("stale", CA_ROOT_API_KEY=f"{ROOT_KEY}\n") as process:
        ending = process.finish()
    assert (ending.exit_status, ending.errors != "") == (2, True)
    assert ROOT_KEY not in ending.output + ending.errors
