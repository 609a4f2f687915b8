"""The log of an execution: every line once, in time for the quota, even if some arrive late."""

from __future__ import annotations

import json

import pytest

from operations.cloud.logs import LogLine, Logs
from operations.executions.tail import READ_SECONDS, SLOWEST_READ_SECONDS, Tail
from tests.operations.executions.examples import ALERTS, describe_line, execution
from tests.support.scripted_google import ScriptedGoogle, open_session
from tests.support.scripted_transport import Answer
from tests.support.virtual_clock import VirtualClock

READ = "POST logging.googleapis.com/v2/entries:list"


class Reader:
    """A tail, what it has shown, and its clock."""

    def __init__(self, google: ScriptedGoogle) -> None:
        self.shown: list[str] = []
        self.clock = VirtualClock()
        session = open_session(google, self.clock)
        self.tail = Tail(Logs(session), ALERTS, execution(), self._keep, self.clock)

    def _keep(self, line: LogLine) -> None:
        self.shown.append(line.fields["event"])


@pytest.fixture
def google() -> ScriptedGoogle:
    return ScriptedGoogle()


def entry(name: str, second: int = 0) -> dict[str, object]:
    return describe_line(name, {"event": name}, second)


def filters(google: ScriptedGoogle) -> list[str]:
    return [json.loads(request.data or b"{}")["filter"] for request in google.sent]


def test_a_line_is_shown_once_and_a_late_one_still(google: ScriptedGoogle) -> None:
    """Each read goes back a minute behind the newest line."""
    google.on(READ, {"entries": [entry("a", 1), entry("c", 100)]}, {"entries": [entry("b", 50), entry("c", 100)]})
    reader = Reader(google)
    reader.tail.read()
    reader.tail.read()
    assert ["a", "c", "b"] == reader.shown
    first, second = filters(google)
    assert first.endswith('timestamp>="2026-03-31T11:59:00+00:00"')
    assert second.endswith('timestamp>="2026-03-31T12:00:40+00:00"')


def test_only_this_executions_lines_are_asked_for(google: ScriptedGoogle) -> None:
    """Of this job, in this region."""
    google.on(READ, {})
    Reader(google).tail.read()
    expected = (
        'resource.type="cloud_run_job" AND (resource.labels.job_name="cloudact-daily-alerts") '
        'AND resource.labels.location="us-central1" '
        'AND labels."run.googleapis.com/execution_name"="cloudact-daily-alerts-x" AND '
    )
    assert filters(google)[0].startswith(expected)


def test_the_next_page_is_read_by_the_same_filter(google: ScriptedGoogle) -> None:
    """Google refuses a page's token under another one."""
    google.on(READ, {"entries": [entry("a", 200)], "nextPageToken": "more"}, {"entries": [entry("b", 201)]}, {})
    reader = Reader(google)
    reader.tail.read()
    assert not reader.tail.caught_up
    reader.tail.read()
    assert reader.tail.caught_up
    reader.tail.read()
    first, second, third = filters(google)
    assert (True, False) == (first == second, second == third)


def test_reads_keep_their_distance_and_back_off_when_refused(google: ScriptedGoogle) -> None:
    """60 a minute for the whole project: one request a read, every 3 s at most, then ever more slowly."""
    google.on(READ, {}, Answer(429), Answer(429), Answer(429), Answer(429), Answer(429), Answer(429), {})
    reader = Reader(google)
    waits = []
    for _ in range(8):
        reader.tail.read()
        waits.append(reader.tail.seconds_to_next_read)
    assert [READ_SECONDS, 6.0, 12.0, 24.0, 48.0, SLOWEST_READ_SECONDS, SLOWEST_READ_SECONDS, READ_SECONDS] == waits
    assert len(google.sent) == 8


def test_without_the_permission_nothing_more_is_read(google: ScriptedGoogle) -> None:
    """The result can still be told from the tasks."""
    google.on(READ, Answer(403, {"error": {"message": "Permission 'logging.logEntries.list' denied"}}))
    reader = Reader(google)
    reader.tail.read()
    assert reader.tail.denied
    assert "roles/logging.viewer" in reader.tail.trouble


def test_the_summary_of_the_last_attempt_counts(google: ScriptedGoogle) -> None:
    """Even if the first attempt's arrives later."""
    late = describe_line("late", {"event": "summary", "status": "failed"})
    last = describe_line("last", {"event": "summary", "status": "done", "counts": {"n": 2.0}})
    last["labels"] = {**last["labels"], "run.googleapis.com/task_attempt": "1"}
    google.on(READ, {"entries": [last, late]})
    reader = Reader(google)
    reader.tail.read()
    assert {0: "done"} == {index: line.fields["status"] for index, line in reader.tail.summaries.items()}


def test_whole_numbers_are_shown_as_the_job_wrote_them(google: ScriptedGoogle) -> None:
    """The API's JSON knows only doubles."""
    fields = {"event": "summary", "counts": {"n": 2.0}, "list": [1.0], "seconds": 1.5}
    google.on(READ, {"entries": [describe_line("s", fields)]})
    reader = Reader(google)
    reader.tail.read()
    expected = '{"event": "summary", "counts": {"n": 2}, "list": [1], "seconds": 1.5}'
    assert expected == json.dumps(reader.tail.summaries[0].fields)
