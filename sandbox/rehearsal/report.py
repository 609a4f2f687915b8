"""The report: one HTML file that needs nothing but a browser, and runs nothing in it."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from sandbox.rehearsal.board import LEGEND, anchor_of, classify, describe_slowness, format_duration, is_plain, make_rows
from sandbox.rehearsal.findings import Findings, RunFinding
from sandbox.rehearsal.origin import Origin, read_origin
from sandbox.rehearsal.wording import count, describe_mishaps, judge, list_meanings, write_plainly

HERE = Path(__file__).parent
# Said by the line's first columns, or the same in every line.
SHOWN_APART = ("severity", "time", "event", "execution", "message")


def write_report(findings: Findings, path: Path, origin: Origin | None = None) -> None:
    """Writes the file, in a folder that is made if need be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(render(findings, origin or read_origin()), encoding="utf-8")


def render(findings: Findings, origin: Origin) -> str:
    """The page. What a log says stays text: everything is escaped, and the policy forbids scripts and requests."""
    style = (HERE / "report.css").read_text(encoding="utf-8")
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["duration"] = format_duration
    environment.filters["plainly"] = write_plainly
    environment.filters["select_plain"] = lambda runs, row: [run for run in runs if is_plain(run, row)]
    rows = make_rows(findings)
    return environment.get_template("report.html").render(
        findings=findings,
        rows=rows,
        tally={kind: sum(row.tally[kind] for row in rows) for kind in LEGEND},
        legend=LEGEND,
        origin=origin,
        verdict=judge(findings),
        purpose=describe_mishaps(findings.mishaps),
        meanings=list_meanings(findings.mishaps),
        count=count,
        describe_slowness=describe_slowness,
        anchors={run.execution: anchor_of(run) for run in findings.runs},
        classify=classify,
        is_plain=is_plain,
        list_lines=list_lines,
        style=Markup(style),
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
    )


def list_lines(run: RunFinding, attempt: int) -> Iterator[tuple[str, str, str, str]]:
    """Time, severity, event and fields of each line of an attempt."""
    for record in run.attempts[attempt].records:
        fields = "  ".join(f"{name}={_format(value)}" for name, value in record.items() if name not in SHOWN_APART)
        yield record["time"][11:23], record["severity"], record["event"], fields


def _format(value: Any) -> str:
    return write_plainly(value) if isinstance(value, str) else json.dumps(value)
