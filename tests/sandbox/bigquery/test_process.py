"""The stand-in as a separate process."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.request


def test_process_announces_itself_and_stops_on_a_signal() -> None:
    """It prints its address, has the quota table filled back from today, and ends on SIGTERM."""
    command = [sys.executable, "-m", "sandbox.bigquery", "--project", "some-project", "--days", "3"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["url"]
        with urllib.request.urlopen(f"{url}/_sandbox/state") as reply:
            state = json.loads(reply.read())
        process.send_signal(signal.SIGTERM)
    assert (process.returncode, [*state], [*state["some-project"].values()]) == (0, ["some-project"], [3, 3, 3])
