"""quota-cleanup as the container runs it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.bigquery import BigQuerySandbox
from sandbox.faults import Fault, Kind
from tests.runtime.jobs.daily.quota_run import PROJECT
from tests.support.job_process import QUIET


def _start(bigquery: BigQuerySandbox, *flags: str, **variables: str) -> subprocess.Popen[str]:
    given = {"GCP_PROJECT_ID": PROJECT, "ENVIRONMENT": "stage", "BIGQUERY_EMULATOR_HOST": bigquery.url}
    environment = {"PATH": os.environ["PATH"], **QUIET, **given, **variables}
    command = [sys.executable, *flags, "-m", "runtime", "quota-cleanup"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _finish(process: subprocess.Popen[str]) -> tuple[int, dict[str, Any], str]:
    output, errors = process.communicate()
    return process.returncode, json.loads(output.splitlines()[-1]), errors


def test_process_deletes_and_sums_up(bigquery: BigQuerySandbox) -> None:
    """From the environment's variables to the last line: one request, exit 0."""
    today = datetime.now(UTC).date()
    bigquery.usage.add(PROJECT, {today - timedelta(days=100): 2, today: 1})
    status, summary, errors = _finish(_start(bigquery))
    assert (status, summary["event"], summary["status"], summary["counts"]) == (0, "summary", "done", {"deleted": 2})
    assert (errors, len(bigquery.http.requests)) == ("", 1)


def test_refused_retention_imports_no_google_module(bigquery: BigQuerySandbox) -> None:
    """A configuration error is found before the client is loaded: exit 2, nothing sent."""
    status, summary, imported = _finish(_start(bigquery, "-X", "importtime", DAYS_TO_KEEP="29"))
    assert (status, summary["status"], "google" in imported) == (2, "failed", False)
    assert bigquery.http.requests == []


def test_sigterm_ends_the_wait_for_an_answer(bigquery: BigQuerySandbox) -> None:
    """Exit 143 with the summary as last line, although BigQuery never answers."""
    hang = bigquery.http.faults.add(Fault(Kind.HANG))
    process = _start(bigquery)
    hang.wait()
    process.send_signal(signal.SIGTERM)
    status, summary, _ = _finish(process)
    assert (status, summary["event"], summary["status"]) == (143, "summary", "terminated")
