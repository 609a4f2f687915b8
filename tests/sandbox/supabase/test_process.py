"""The stand-in as a separate process, as the demo starts it."""

from __future__ import annotations

import http.client
import json
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

REF = "ovfxswhkkshouhsryzaf"
ROOT = Path(__file__).parents[3]


@pytest.fixture
def state() -> Iterator[Path]:
    """A folder within everybody's reach, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp(dir="/tmp")) / "databases"
    folder.parent.chmod(0o755)
    yield folder
    shutil.rmtree(folder.parent)


def _run_once(state: Path, sql: str) -> tuple[int, object]:
    """Starts it, sends one query, stops it as a shell would."""
    command = [sys.executable, "-m", "sandbox.supabase", "--state", str(state), "--ref", REF]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        started = json.loads(process.stdout.readline())
        assert (list(started), started["refs"]) == (["url", "token", "refs"], [REF])
        connection = http.client.HTTPConnection(urlsplit(started["url"]).netloc, timeout=30)
        headers = {
            "Authorization": f"Bearer {started['token']}",
            "Content-Type": "application/json",
            "User-Agent": "sandbox-tests/1",
        }
        connection.request("POST", f"/v1/projects/{REF}/database/query", json.dumps({"query": sql}), headers)
        answer = json.loads(connection.getresponse().read())
        connection.close()
        process.send_signal(signal.SIGTERM)
        return process.wait(30), answer


def test_its_databases_outlive_it(state: Path) -> None:
    """What one run wrote the next one finds; both end with status 0 on SIGTERM."""
    assert _run_once(state, "CREATE TABLE t (i int); INSERT INTO t VALUES (1)") == (0, [])
    assert _run_once(state, "SELECT i FROM t") == (0, [{"i": 1}])
