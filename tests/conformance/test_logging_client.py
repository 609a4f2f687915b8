"""google-cloud-logging over its JSON API: what the operators' commands read back."""

from __future__ import annotations

import pytest
from google.api_core import exceptions

from sandbox.control_plane import ControlPlane
from sandbox.control_plane.example import PARENT, PROJECT
from tests.conformance.conftest import Clients


def _run(plane: ControlPlane, operator: Clients, *args: str) -> str:
    """The short name of an execution that has ended."""
    overrides = {"container_overrides": [{"args": args}]}
    name: str = operator.jobs.run_job(request={"name": f"{PARENT}/jobs/manual", "overrides": overrides}).metadata.name
    plane.executions.settle()
    return name.rpartition("/")[2]


def test_lines_of_one_execution(plane: ControlPlane, operator: Clients) -> None:
    """Structured and plain lines, in order, with resource and labels; another execution's are left out."""
    _run(plane, operator, "exit", "0")
    name = _run(plane, operator, "environment")
    text = f'resource.type="cloud_run_job" AND labels."run.googleapis.com/execution_name"="{name}"'
    structured, system = operator.logs.list_entries(filter_=text, order_by="timestamp asc")

    assert (structured.payload["event"], structured.severity) == ("environment", "INFO")
    assert system.payload == "Container called exit(0)."
    assert structured.resource.labels == {"project_id": PROJECT, "location": "us-central1", "job_name": "manual"}
    assert structured.labels["run.googleapis.com/task_index"] == "0"
    assert structured.timestamp.tzinfo is not None


def test_pages_newest_first(plane: ControlPlane, operator: Clients) -> None:
    """The client follows the page tokens."""
    for status in ("1", "2"):
        _run(plane, operator, "exit", status)
    entries = operator.logs.list_entries(filter_='textPayload:"exit("', order_by="timestamp desc", page_size=1)

    assert [entry.payload for entry in entries] == [f"Container called exit({status})." for status in (2, 2, 1, 1)]


def test_errors_as_the_clients_exceptions(plane: ControlPlane, operator: Clients, stranger: Clients) -> None:
    """Forbidden, misunderstood, and too many reads in a minute."""
    with pytest.raises(exceptions.Forbidden, match=r"logging\.logEntries\.list"):
        list(stranger.logs.list_entries())
    with pytest.raises(exceptions.BadRequest, match="Unparseable filter"):
        list(operator.logs.list_entries(filter_="(severity>=ERROR"))
    plane.logging.reads_per_minute = 0
    with pytest.raises(exceptions.TooManyRequests):
        list(operator.logs.list_entries())
