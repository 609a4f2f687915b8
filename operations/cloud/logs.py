"""Cloud Logging v2: the lines of one execution."""

from __future__ import annotations

from collections.abc import Mapping
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

    @property
    def is_summary(self) -> bool:
        """The job's own last word."""
        return self.fields.get("event") == "summary"


@dataclass(frozen=True, slots=True)
class Logs:
    """The log entries of one environment."""

    session: GoogleSession

    def read_page(self, job: Job, execution: str, since: datetime, page_token: str = "") -> tuple[list[LogLine], str]:
        """Up to a thousand lines of an execution from that moment on, oldest first, and the next page's token.

        One request, sent once: reads are limited to 60 a minute and project, so the caller paces them.
        """
        session = self.session
        body = {
            "resourceNames": [f"projects/{session.environment.project}"],
            "filter": (
                'resource.type="cloud_run_job" '
                f'AND resource.labels.job_name="{session.environment.job_name(job)}" '
                f'AND resource.labels.location="{session.environment.region}" '
                f'AND labels."{EXECUTION_LABEL}"="{execution}" '
                f'AND timestamp>="{since.isoformat()}"'
            ),
            "orderBy": "timestamp asc",
            "pageSize": PAGE_SIZE,
        }
        if page_token:
            body["pageToken"] = page_token
        answer = session.ask("LOGGING", "POST", "/v2/entries:list", body, attempts=1)
        return [_read_line(values) for values in answer.get("entries", [])], answer.get("nextPageToken", "")


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
    )


def _restore(value: object) -> object:
    """Whole numbers as the job wrote them: the API's JSON knows only doubles."""
    if isinstance(value, dict):
        return {name: _restore(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_restore(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
