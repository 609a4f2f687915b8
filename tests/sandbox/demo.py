"""make demo: all eight jobs, each a process of its own, against the stand-ins on this machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import md5
from pathlib import Path
from typing import Any

from runtime.catalogue import ROOT, Catalogue, load_catalogue
from tests.sandbox.services import Services

ENVIRONMENT = "stage"
# Not in the checkout: PostgreSQL runs as another user, whom a home folder may be closed to.
STATE = Path("/var/tmp", f"cloudact-sandbox-{os.getuid()}-{md5(ROOT.encode()).hexdigest()[:8]}")


@dataclass(frozen=True, slots=True)
class Result:
    """How one job's process ended."""

    job: str
    exit_status: int
    summary: dict[str, Any]

    @property
    def row(self) -> tuple[str, str, str, str]:
        """Its line of the table."""
        counts = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in self.summary["counts"].items())
        return self.job, self.summary["status"], f"{self.summary['duration_ms']} ms", counts


def main() -> int:
    """Runs the release, then the scheduled jobs; 0 where every job ended as it should."""
    catalogue = load_catalogue()
    environment = catalogue.environments[ENVIRONMENT]
    print(f"Starting the stand-ins: admin API, Supabase on a real PostgreSQL, BigQuery. State: {STATE}")
    with Services(STATE, environment.project, environment.supabase_ref) as services:
        variables = {
            "PATH": os.environ["PATH"],
            "GCP_PROJECT_ID": environment.project,
            "ENVIRONMENT": ENVIRONMENT,
            **services.variables(),
        }
        results = [run_job(name, variables) for name in order_jobs(catalogue)]
    print_table(("JOB", "STATUS", "DURATION", "COUNTS"), [result.row for result in results])
    print(f"\nRun it again: nothing is done twice. Start afresh: rm -r {STATE}")
    return 0 if all(result.exit_status == 0 for result in results) else 1


def order_jobs(catalogue: Catalogue) -> list[str]:
    """The release in its order, then the others as their triggers would start them."""
    manual = sorted((job for job in catalogue.jobs if job.release_step), key=lambda job: job.release_step or 0)
    scheduled = (job for job in catalogue.jobs if job.cron)
    return [job.name for job in (*manual, *scheduled)]


def run_job(name: str, variables: dict[str, str]) -> Result:
    """One process, its log shown as it comes."""
    print(f"\n$ python -m runtime {name}", flush=True)
    command = (sys.executable, "-m", "runtime", name)
    summary: dict[str, Any] = {"status": "no summary", "duration_ms": 0, "counts": {}}
    with subprocess.Popen(command, cwd=ROOT, env=variables, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            record = json.loads(line)
            if record["event"] == "summary":
                summary = record
            if record["severity"] != "DEBUG":
                print(f"  {render(record)}", flush=True)
    return Result(name, process.returncode, summary)


def render(record: dict[str, Any]) -> str:
    """A log line as a person reads it."""
    hidden = ("severity", "time", "event", "message", "job")
    fields = " ".join(f"{name}={json.dumps(value)}" for name, value in record.items() if name not in hidden)
    return f"{record['time'][11:23]} {record['severity']:7} {record['event']}: {fields}"


def print_table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    """Columns as wide as their widest cell."""
    table = [head, *rows]
    widths = [max(len(row[column]) for row in table) for column in range(len(head))]
    print()
    for row in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


if __name__ == "__main__":
    sys.exit(main())
