"""Log lines and results as people read them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from operations.cloud.logs import LogLine
from operations.executions.console import execution_url
from operations.executions.counts import format_counts, sum_counts
from operations.executions.failure_block import render_failure
from operations.executions.follow import Ended
from operations.executions.reasons import find_remedies
from operations.executions.verdict import NOT_STARTED, find_way_to_start
from operations.terminal.printable import escape
from runtime.config.environment import Environment
from runtime.config.job import Job

# Said by the line's own columns, or the same in every line of an execution.
COLUMNS = ("event", "message", "job", "execution", "task")


def render_line(line: LogLine, *, tasks: int) -> str:
    """Time, severity, task if there are several, event and fields; text lines as they are, on one line each."""
    head = f"{line.moment:%H:%M:%S} {line.severity:7}" + (f" [{line.task}]" if tasks > 1 else "")
    if not line.fields:
        return "\n".join(f"{head} {escape(text)}" for text in line.text.splitlines() or [""])
    fields = " ".join(f"{name}={_render_value(v)}" for name, v in sorted(line.fields.items()) if name not in COLUMNS)
    event = line.fields.get("event") or line.fields.get("message", "")
    return escape(f"{head} {event}{': ' if fields else ''}{fields}")


def _render_value(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name} {_render_value(item)}" for name, item in value.items()) + "}"
    return value if isinstance(value, str) and value and " " not in value else json.dumps(value, ensure_ascii=False)


def describe_line(line: LogLine) -> dict[str, Any]:
    """A line for programs."""
    return {
        "moment": line.moment.isoformat(),
        "severity": line.severity,
        "task": line.task,
        "attempt": line.attempt,
        "text": line.text,
        "fields": dict(line.fields),
    }


def render_result(environment: Environment, job: Job, ended: Ended, summaries: Mapping[int, LogLine]) -> str:
    """How it ended; after a failure also the next step, the runbook's section and the console."""
    verdict, seconds = ended.verdict, ended.execution.seconds
    took = "" if seconds is None else f" after {seconds:.1f} s"
    in_order = [summaries[index] for index in sorted(summaries)]
    failures = [line for line in in_order if isinstance(line.fields.get("failure"), dict)]
    reason = f": {verdict.reason}" if verdict.reason and not failures else ""
    lines = [f"{job.name} in {environment.name}: {verdict.status}{took}{reason}"]
    for line in failures:
        lines += render_failure(line.fields["failure"], line.fields.get("counts", {}))
    lines += [f"  {_render_counts(line, len(ended.tasks))}" for line in in_order if line.fields.get("counts")]
    if len(ended.tasks) > 1 and (total := sum_counts(in_order)):
        lines.append(f"  total: {format_counts(total)}")
    lines += [f"  next: {remedy}" for remedy in find_remedies(in_order)]
    if verdict.exit_status == NOT_STARTED:
        lines.append(f"  next: {find_way_to_start(environment.name, verdict.reason)}")
    if not ended.complete:
        lines.append("  its summary did not arrive in the log: counts, pending and drifted are not known")
    if verdict.exit_status:
        lines.append(f"  runbook: docs/runbook.md#{job.name}")
        lines.append(f"  console: {execution_url(environment, ended.execution)}")
    return "\n".join(escape(line) for line in lines)


def _render_counts(line: LogLine, tasks: int) -> str:
    text = format_counts(line.fields["counts"])
    return f"task {line.task}: {text}" if tasks > 1 else text


def describe_result(
    environment: Environment, job: Job, ended: Ended, summaries: Mapping[int, LogLine]
) -> dict[str, Any]:
    """The same for programs: one of a document's jobs."""
    verdict, execution = ended.verdict, ended.execution
    return {
        "job": job.name,
        "execution": execution.name,
        "console": execution_url(environment, execution),
        "state": execution.state.value,
        "status": verdict.status,
        "exit_status": verdict.exit_status,
        "reason": verdict.reason,
        "seconds": execution.seconds,
        "counts": sum_counts(summaries.values()),
        "tasks": [
            {
                "index": task.index,
                "attempts": task.attempts,
                "exit_code": task.exit_code,
                "signal": task.signal,
                "message": task.message,
                "summary": dict(summaries[task.index].fields) if task.index in summaries else None,
            }
            for task in ended.tasks
        ],
    }
