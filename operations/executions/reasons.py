"""Why executions failed: the job's own words, or Cloud Run's if it left none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from operations.cloud.executions import Execution, State
from operations.cloud.logs import LogLine, Logs
from operations.cloud.refusals import NoConnection, PermissionMissing
from runtime.config.job import Job


def read_reasons(logs: Logs, jobs: Iterable[Job], executions: Sequence[Execution]) -> dict[str, str]:
    """The reason by the execution's name, for those of the jobs' executions that failed or were cancelled.

    One request, and none if nothing failed. An operator who may not read the log gets Cloud Run's messages.
    """
    failed = [execution for execution in executions if execution.state in (State.FAILED, State.CANCELLED)]
    if not failed:
        return {}
    try:
        lines = logs.read_failures(jobs, min(execution.created for execution in failed))
    except (NoConnection, PermissionMissing):
        lines = []
    words: dict[str, str] = {}
    for line in lines:
        if error := line.fields.get("error"):
            words.setdefault(line.execution, str(error))
    return {execution.name: words.get(execution.name) or execution.message for execution in failed}


def find_remedies(lines: Iterable[LogLine]) -> list[str]:
    """What the jobs themselves say to do next, each once."""
    return sorted({str(line.fields["remedy"]) for line in lines if line.fields.get("remedy")})
