"""The report of a rehearsal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from operations.pages.rendering import render_page
from sandbox.rehearsal.board import KINDS, anchor_of, classify, describe_slowness, format_duration, is_plain, make_rows
from sandbox.rehearsal.findings import Findings, RunFinding
from sandbox.rehearsal.origin import Origin, read_origin
from sandbox.rehearsal.wording import count, describe_mishaps, judge, list_meanings, write_plainly

TEMPLATE = Path(__file__).with_name("report.html")
# Said by the line's first columns, or the same in every line.
SHOWN_APART = ("severity", "time", "event", "execution", "message")


def write_report(findings: Findings, path: Path, origin: Origin | None = None) -> None:
    """Writes the file, in a folder that is made if need be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(render(findings, origin or read_origin()), encoding="utf-8")


def render(findings: Findings, origin: Origin) -> str:
    """The page."""
    rows = make_rows(findings)
    return render_page(
        TEMPLATE,
        findings=findings,
        rows=rows,
        tally={kind: sum(row.tally[kind] for row in rows) for kind in KINDS},
        origin=origin,
        verdict=judge(findings),
        purpose=describe_mishaps(findings.mishaps),
        meanings=list_meanings(findings.mishaps),
        count=count,
        format_duration=format_duration,
        describe_slowness=describe_slowness,
        write_plainly=write_plainly,
        anchors={run.execution: anchor_of(run) for run in findings.runs},
        classify=classify,
        plain={row.job: [run for run in findings.runs_of(row.job) if is_plain(run, row)] for row in rows},
        is_plain=is_plain,
        list_lines=list_lines,
    )


def list_lines(run: RunFinding, attempt: int) -> Iterator[tuple[str, str, str, str]]:
    """Time, severity, event and fields of each line of an attempt."""
    for record in run.attempts[attempt].records:
        fields = "  ".join(f"{name}={_format(value)}" for name, value in record.items() if name not in SHOWN_APART)
        yield record["time"][11:23], record["severity"], record["event"], fields


def _format(value: Any) -> str:
    return write_plainly(value) if isinstance(value, str) else json.dumps(value)
