"""What a command says about its own requests: retries always, each request if asked for."""

from __future__ import annotations

import json
import sys

from operations.terminal.printable import escape
from runtime.process.clock import Clock
from runtime.process.log import Log
from runtime.process.secret import Redactor


def narrate(clock: Clock, redactor: Redactor, *, verbose: bool) -> Log:
    """A log for HttpClient that writes to standard error, never a secret.

    Each reason to try again is told once: several requests are under way, and a network that is down stops them all.
    With `verbose` everything is told, every request included.
    """
    shown: set[object] = set()

    def write(line: bytes) -> None:
        record = json.loads(line)
        reason = record.get("reason")
        if verbose or (record["severity"] not in ("DEBUG", "INFO") and (reason is None or reason not in shown)):
            shown.add(reason)
            print(escape(_render(record)), file=sys.stderr, flush=True)

    return Log(clock, redactor, {}, write)


def _render(record: dict[str, object]) -> str:
    if record["event"] == "request":
        result = record.get("status") or record.get("fault")
        return f"  {record['call']}: {result} ({record['ms']} ms)"
    if record["event"] == "retry":
        return f"  {record['call']}: {record['reason']}; again in {record['wait_seconds']} s"
    return f"  {record['event']}: {record}"
