"""A rehearsal that never was: one run of each result, with texts that would like to be markup."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from sandbox.rehearsal.findings import Alarm, Attempt, Findings, RunFinding
from sandbox.rehearsal.mishaps import Mishaps
from sandbox.rehearsal.period import Period

HOSTILE = (
    """</pre></details><script>document.title = "taken over"</script><img src="http://127.0.0.1:9/x" onerror="x()">"""
)
PERIOD = Period(datetime(2026, 12, 1, tzinfo=UTC), 31)


def make_run(day: int, status: str = "done", *, attempts: int = 1, reason: str = "") -> RunFinding:
    """A run of alerts at 08:00 that takes a minute for each attempt; only the last one's status counts."""
    created = PERIOD.start + timedelta(days=day - 1, hours=8)
    failed = status not in ("done", "skipped")
    ends = [created + timedelta(minutes=number + 1) for number in range(attempts)]
    return RunFinding(
        job="alerts",
        execution=f"cloudact-daily-alerts-{day:05}",
        created=created,
        ended=ends[-1],
        succeeded=not failed,
        message="The container exited with an error." if failed else "Execution completed successfully.",
        attempts=[
            Attempt(number, created, [], end, int(failed), [_line("start"), _line("summary", status, reason)])
            for number, end in enumerate(ends)
        ],
    )


def make_findings() -> Findings:
    """Five runs; on all other days none was started."""
    failed = make_run(4, "failed", reason=HOSTILE)
    return Findings(
        environment="prod",
        project="cloudact-prod",
        period=PERIOD,
        mishaps=Mishaps.parse("down@4", ["alerts"]),
        ticks={"alerts": [day + timedelta(hours=8) for day in PERIOD.list_days()]},
        paused=False,
        channels=[HOSTILE],
        runs=[make_run(1), make_run(2, attempts=2), make_run(3, "skipped", reason="another is at work"), failed],
        deliveries=[],
        alarms=[Alarm(failed.ended, "cloudact-daily-alerts failed", "ERROR", "alerts", HOSTILE, failed.execution)],
    )


def _line(event: str, status: str = "", reason: str = "") -> str:
    record = {"severity": "INFO", "time": "2026-12-01T08:00:00.000000Z", "event": event, "status": status}
    return json.dumps({**record, "counts": {"orgs_processed": 40}, **({"error": reason} if reason else {})})
