"""The stand-in as a separate process."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.request


def test_process_announces_itself_and_stops_on_a_signal() -> None:
    """It prints its address, shows its state without a key, and ends on SIGTERM."""
    command = [sys.executable, "-m", "sandbox.admin_api", "--organizations", "2", "--bootstrapped"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["url"]
        with urllib.request.urlopen(f"{url}/_sandbox/state") as reply:
            state = json.loads(reply.read())
        process.send_signal(signal.SIGTERM)

    assert (process.returncode, state["bootstrapped"], sorted(state["organizations"])) == (
        0,
        True,
        ["org_0001", "org_0002"],
    )
