"""What executions leave in the log, and how it is read back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sandbox.control_plane import ControlPlane
from sandbox.control_plane.example import PROJECT, START, call
from tests.sandbox.control_plane.steps import read_logs, run

WRITER = ("projects/p/locations/r/jobs/j/executions/j-abcde".replace("/p/", f"/{PROJECT}/"), 0, 0)


def _write(plane: ControlPlane, *lines: str, stream: str = "stdout", trusts_time: bool = True) -> None:
    write = plane.logs.writer(*WRITER, trusts_time=trusts_time)
    for line in lines:
        write(stream, line)


def _texts(answer: dict[str, list[dict[str, str]]]) -> list[str]:
    return [entry["textPayload"] for entry in answer.get("entries", [])]


def test_structured_line_becomes_fields(still: ControlPlane) -> None:
    """`severity` and `time` leave the payload for the entry; the rest stays, numbers as numbers."""
    _write(still, '{"severity": "WARNING", "time": "2026-02-28T23:29:00.5Z", "event": "retry", "attempt": 2}')

    (entry,) = read_logs(still, "")["entries"]
    assert entry == {
        "logName": f"projects/{PROJECT}/logs/run.googleapis.com%2Fstdout",
        "resource": {
            "type": "cloud_run_job",
            "labels": {"project_id": PROJECT, "location": "r", "job_name": "j"},
        },
        "labels": {
            "run.googleapis.com/execution_name": "j-abcde",
            "run.googleapis.com/task_index": "0",
            "run.googleapis.com/task_attempt": "0",
        },
        "severity": "WARNING",
        "timestamp": "2026-02-28T23:29:00.500Z",
        "receiveTimestamp": "2026-02-28T23:30:00Z",
        "insertId": "000000000000",
        "jsonPayload": {"event": "retry", "attempt": 2.0},
    }


@pytest.mark.parametrize("line", ["plain", "[1]", '{"broken": ', '{"message": "plain"}', ""])
def test_other_lines_stay_text(still: ControlPlane, line: str) -> None:
    """Anything that is not an object is text, and so is an object with a message only."""
    _write(still, line, stream="stderr")

    (entry,) = read_logs(still, 'logName:"stderr"')["entries"]
    assert entry.get("textPayload", "") == ("plain" if "plain" in line else line)
    assert "jsonPayload" not in entry


def test_process_of_another_time_does_not_date_entries(still: ControlPlane) -> None:
    """If time stands still, a real process writes real times: the entry takes the time of arrival."""
    _write(still, '{"time": "2031-01-01T00:00:00Z", "event": "x"}', trusts_time=False)

    assert read_logs(still, "")["entries"][0]["timestamp"] == "2026-02-28T23:30:00Z"


FILTERS = [
    ("", "abc"),
    ('textPayload="a"', "a"),
    ('textPayload="A"', "a"),
    ("textPayload=a OR textPayload=b", "ab"),
    ("textPayload=(a OR b)", "ab"),
    ("textPayload!=a", "bc"),
    ("NOT textPayload=a", "bc"),
    ("-textPayload=a", "bc"),
    ("NOT (textPayload=a OR textPayload=b)", "c"),
    # OR binds closer than AND in this language.
    ('textPayload=a OR textPayload=b AND resource.type="other"', ""),
    ('resource.type="cloud_run_job" AND textPayload:"b"', "b"),
    ('resource.type="cloud_run_job"\ntextPayload=~"^[bc]$"', "bc"),
    ('textPayload!~"^[bc]$"', "a"),
    ('labels."run.googleapis.com/execution_name"="j-abcde"', "abc"),
    ('labels."run.googleapis.com/execution_name"="j-other"', ""),
    ("resource.labels.job_name=j", "abc"),
    ("resource.labels.job_name:*", "abc"),
    ("jsonPayload.event:*", ""),
    ("jsonPayload.event!=x", "abc"),
    ('timestamp>="2026-02-28T23:31:00Z"', "bc"),
    ('timestamp>"2026-02-28T23:31:00Z" AND timestamp<="2026-02-28T23:32:00+00:00"', "c"),
    ("severity>=DEFAULT", "abc"),
    ("severity>=INFO", ""),
    ("severity=DEFAULT", "abc"),
    ('"b"', "b"),
    ('logName="projects/cloudact-testing-1/logs/run.googleapis.com%2Fstdout"', "abc"),
]


@pytest.mark.parametrize(("text", "found"), FILTERS)
def test_filter(still: ControlPlane, text: str, found: str) -> None:
    """The part of the language that the operators' commands and Google's tools use."""
    for letter in "abc":
        _write(still, letter)
        still.timeline.advance(60)
    # "b" is a letter of the resource's labels too: names that hold none of the three are needed for the global search.
    expected = list(found) if text != '"b"' else ["a", "b", "c"]

    assert _texts(read_logs(still, text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        'textPayload="a',
        "(textPayload=a",
        "textPayload=",
        "nosuch=a",
        "severity>=LOUD",
        'timestamp>"soon"',
        "AND",
        "=x",
    ],
)
def test_filter_that_is_not_understood(still: ControlPlane, text: str) -> None:
    """400 instead of an empty answer, which would pass for silence."""
    _write(still, "a")

    assert read_logs(still, text)["error"]["status"] == "INVALID_ARGUMENT"


def test_pages_and_order(still: ControlPlane) -> None:
    """Newest first on demand; a page token holds for the same request only."""
    for letter in "abc":
        _write(still, letter)
        still.timeline.advance(1)
    first = read_logs(still, "", orderBy="timestamp desc", pageSize=2)
    token = first["nextPageToken"]

    assert _texts(first) == ["c", "b"]
    assert _texts(read_logs(still, "", orderBy="timestamp desc", pageSize=2, pageToken=token)) == ["a"]
    assert read_logs(still, "textPayload=a", pageToken=token)["error"]["code"] == 400
    assert read_logs(still, "", orderBy="severity")["error"]["code"] == 400


def test_sixty_reads_a_minute(still: ControlPlane) -> None:
    """The 61st within a minute is a 429, until the first one is a minute old."""
    still.logging.reads_per_minute = 60
    answers = [read_logs(still, "") for _ in range(60)]
    assert all("error" not in answer for answer in answers)

    assert read_logs(still, "")["error"]["status"] == "RESOURCE_EXHAUSTED"
    still.timeline.advance_to(START + timedelta(minutes=1))
    assert "error" not in read_logs(still, "")


def test_entries_on_their_way_are_not_seen(still: ControlPlane) -> None:
    """Ingestion takes its time: lines may become visible after the execution has ended."""
    still.logs.hold()
    run(still, "exit", "0")
    assert read_logs(still, "") == {}

    still.logs.release()
    assert _texts(read_logs(still, "")) == ["going", "Container called exit(0)."]


@pytest.mark.parametrize("names", [[], ["folders/1"], ["projects/"], ["projects/p/logs/x"]])
def test_resource_names_are_projects(still: ControlPlane, names: list[str]) -> None:
    """The stand-in has no other parents."""
    assert call(still, "POST", "/v2/entries:list", {"resourceNames": names})["error"]["code"] == 400
