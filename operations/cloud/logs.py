"""Cloud Logging v2: the lines of one execution, and the last words of those that failed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from operations.cloud.answers import require_moment
from operations.cloud.google_session import GoogleSession
from runtime.config.job import Job

EXECUTION_LABEL = "run.googleapis.com/execution_name"
TASK_LABEL = "run.googleapis.com/task_index"
ATTEMPT_LABEL = "run.googleapis.com/task_attempt"
# Cloud Run's own remarks, such as "Container called exit(0)."
SYSTEM_LOG = "varlog%2Fsystem"
PAGE_SIZE = 1000
# Of google.logging.type.LogSeverity, in which a line of plain text has none.
SEVERITIES = {"DEBUG": -1, "DEFAULT": 0, "INFO": 0, "NOTICE": 1, "WARNING": 2, "ERROR": 3, "CRITICAL": 4}


@dataclass(frozen=True, slots=True)
class LogLine:
    """One entry; `fields` is empty for plain text."""

    identity: tuple[str, str]
    moment: datetime
    severity: str
    task: int
    attempt: int
    by_platform: bool
    text: str
    fields: Mapping[str, Any]
    execution: str

    @property
    def is_summary(self) -> bool:
        """The job's own last word."""
        return self.fields.get("event") == "summary"


@dataclass(frozen=True, slots=True)
class Logs:
    """The log entries of one environment."""

    session: GoogleSession

    def read_page(
        self, job: Job, execution: str, since: datetime, page_token: str = "", *, least: str = "INFO"
    ) -> tuple[list[LogLine], str]:
        """Up to a thousand lines of an execution from that moment on, oldest first, and the next page's token.

        `least` is the lowest severity. One request, sent once: reads are limited to 60 a minute and project, so the
        caller paces them.
        """
        wanted = [f'labels."{EXECUTION_LABEL}"="{execution}"', *_limit(least), f'timestamp>="{since.isoformat()}"']
        return self._ask([job], wanted, "timestamp asc", page_token)

    def read_failures(self, jobs: Iterable[Job], since: datetime) -> list[LogLine]:
        """The summaries of runs of these jobs that failed, newest first, at most a thousand. One request, sent once."""
        wanted = [f'timestamp>="{since.isoformat()}"', "severity>=ERROR", 'jsonPayload.event="summary"']
        return self._ask(jobs, wanted, "timestamp desc")[0]

    def _ask(
        self, jobs: Iterable[Job], wanted: list[str], order: str, page_token: str = ""
    ) -> tuple[list[LogLine], str]:
        environment = self.session.environment
        names = " OR ".join(f'resource.labels.job_name="{environment.job_name(job)}"' for job in jobs)
        place = f'resource.labels.location="{environment.region}"'
        body = {
            "resourceNames": [f"projects/{environment.project}"],
            "filter": " AND ".join(['resource.type="cloud_run_job"', f"({names})", place, *wanted]),
            "orderBy": order,
            "pageSize": PAGE_SIZE,
        }
        if page_token:
            body["pageToken"] = page_token
        answer = self.session.ask("LOGGING", "POST", "/v2/entries:list", body, attempts=1)
        return [_read_line(values) for values in answer.get("entries", [])], answer.get("nextPageToken", "")


def _limit(least: str) -> list[str]:
    """The part of a filter that asks for this severity and above. Google sorts DEFAULT, plain text, below DEBUG."""
    if SEVERITIES[least] > SEVERITIES["DEFAULT"]:
        return [f"severity>={least}"]
    return [] if least == "DEBUG" else ["severity!=DEBUG"]


def _read_line(values: Mapping[str, Any]) -> LogLine:
    fields = {name: _restore(value) for name, value in values.get("jsonPayload", {}).items()}
    labels = values.get("labels", {})
    return LogLine(
        identity=(values.get("timestamp", ""), values.get("insertId", "")),
        moment=require_moment(values, "timestamp"),
        severity=values.get("severity", "DEFAULT"),
        task=int(labels.get(TASK_LABEL, 0)),
        attempt=int(labels.get(ATTEMPT_LABEL, 0)),
        by_platform=SYSTEM_LOG in values.get("logName", ""),
        text=values.get("textPayload", ""),
        fields=fields,
        execution=labels.get(EXECUTION_LABEL, ""),
    )


def _restore(value: object) -> object:
    """Whole numbers as the job wrote them: the API's JSON knows only doubles."""
    if isinstance(value, dict):
        return {name: _restore(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_restore(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
