"""org-sync-all against a service that handles one request at a time, under uvicorn with its default settings."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from bench.layout import lay_out
from bench.processes import run
from bench.service import KEY
from bench.stand_in import ENVIRONMENT, PYTHON, ROOT
from bench.table import judge, render_table

SUMMARY = re.compile(r'^\{.*"event": ?"summary".*\}$', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Row:
    """So many organizations, each of a time between the two, in seconds."""

    organizations: int
    least: float
    most: float

    @property
    def name(self) -> str:
        """For the table."""
        seconds = f"{self.least:g}" if self.least == self.most else f"{self.least:g} to {self.most:g}"
        return f"{self.organizations} organizations of {seconds} s"


# The first is longer than uvicorn's 5 s to a kept connection that waits behind others.
ROWS = (Row(20, 2.0, 2.0), Row(200, 0.2, 1.0))


def measure() -> str:
    """The section of the report."""
    with tempfile.TemporaryDirectory() as name:
        job = [*lay_out(Path(name) / "app"), "org-sync-all"]
        results = {row: measure_row(row, job) for row in ROWS}
    lines, verdicts = [], ""
    for row, (whole, seen, tables) in results.items():
        ideal, syncs = whole / seen["seconds"], seen["syncs"] / row.organizations
        lines.append([row.name, f"{whole:.1f}", f"{ideal:.2f}", f"{syncs:.2f}", str(tables)])
        verdicts += judge(f"{row.name}: requests for each", syncs, 1.0)
        verdicts += judge(f"{row.name}: tables created", tables, row.organizations, at_least=True)
    header = ("service", "whole process, s", "over the handlers' time", "requests for each", "tables created")
    return (
        render_table(header, lines) + "\nOne run each; FastAPI under uvicorn, `--loop auto --http auto`.\n\n" + verdicts
    )


def measure_row(row: Row, job: list[str]) -> tuple[float, dict[str, Any], int]:
    """Seconds of the process, what the service saw, and the tables that the job says were created."""
    with serve(row) as url:
        cost = run(job, {**ENVIRONMENT, "CA_ROOT_API_KEY": KEY, "API_SERVICE_URL": url})
        with urlopen(f"{url}/seen") as answer:  # noqa: S310 - the address is the measuring process's own
            seen = json.load(answer)
    found = SUMMARY.findall(cost.output)
    return cost.seconds, seen, json.loads(found[-1])["counts"]["tables_created"]


@contextmanager
def serve(row: Row) -> Iterator[str]:
    """If the service is."""
    command = [PYTHON, "-m", "bench.blocking_server", str(row.organizations), str(row.least), str(row.most)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield str(json.loads(process.stdout.readline() if process.stdout else "")["url"])
        finally:
            process.terminate()
