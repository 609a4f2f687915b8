"""What a command says about its own requests: retries always, each request where asked for."""

from __future__ import annotations

import json
import sys

from operations.printable import escape
from runtime.clock import Clock
from runtime.log import Log
from runtime.secret import Redactor


def narrate(clock: Clock, redactor: Redactor, *, verbose: bool) -> Log:
    """A log for HttpClient that writes to standard error: warnings, and with `verbose` requests; never a secret."""

    def write(line: bytes) -> None:
        record = json.loads(line)
        if verbose or record["severity"] not in ("DEBUG", "INFO"):
            print(escape(_render(record)), file=sys.stderr, flush=True)

    return Log(clock, redactor, {}, write)


def _render(record: dict[str, object]) -> str:
    if record["event"] == "request":
        result = record.get("status") or record.get("fault")
        return f"  {record['call']}: {result} ({record['ms']} ms)"
    if record["event"] == "retry":
        return f"  {record['call']}: {record['reason']}; again in {record['wait_seconds']} s"
    return f"  {record['event']}: {record}"
