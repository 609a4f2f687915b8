"""One JSON line per event, whole, without secrets, the summary last: NFR-SJ-001.3."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.process.log import TEXT_LIMIT, Log, write_whole
from runtime.process.secret import MASK, Redactor, Secret
from tests.support.records import Records
from tests.support.virtual_clock import VirtualClock

KEY = "a-root-key-0123456789"


@pytest.fixture
def records() -> Records:
    redactor = Redactor()
    redactor.add(Secret(KEY, "CA_ROOT_API_KEY"))
    return Records(VirtualClock(), redactor)


def log_through(write: Callable[[bytes], None]) -> Log:
    return Log(VirtualClock(), Redactor(), {}, write)


def test_an_event_has_what_cloud_logging_reads() -> None:
    """Severity, an RFC 3339 time, and the fields that every line of the run shares."""
    lines: list[bytes] = []
    clock = VirtualClock(datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC))
    Log(clock, Redactor(), {"execution": "e-1"}, lines.append).warning("retry", attempt=2, wait_seconds=0.5)
    assert [json.loads(line) for line in lines] == [
        {
            "severity": "WARNING",
            "time": "2026-01-02T03:04:05.678901Z",
            "event": "retry",
            "execution": "e-1",
            "attempt": 2,
            "wait_seconds": 0.5,
        }
    ]


def test_each_severity_has_its_name(records: Records) -> None:
    """Those of Cloud Logging."""
    for write in (records.debug, records.info, records.warning, records.error):
        write("x")
    records.finish("NOTICE")
    assert [line["severity"] for line in records.lines] == ["DEBUG", "INFO", "WARNING", "ERROR", "NOTICE"]


def test_nothing_comes_after_the_summary(records: Records) -> None:
    """Threads that are still at work report in vain, a second summary too."""
    records.finish("INFO", status="done")
    records.info("late")
    records.finish("ERROR", status="terminated")
    assert [(line["event"], line["status"]) for line in records.lines] == [("summary", "done")]


def test_secrets_are_hidden_at_every_depth(records: Records) -> None:
    """In names, texts, lists, and in objects that are written as text."""
    records.info("x", a=f"<{KEY}>", b=[{KEY: (KEY, 1)}], c=ValueError(KEY), d=f"{'x' * TEXT_LIMIT}{KEY}")
    assert KEY not in records.raw[0].decode()
    line = records.lines[0]
    assert (line["a"], line["b"], line["c"]) == (f"<{MASK}>", [{MASK: [MASK, 1]}], MASK)


@pytest.mark.parametrize("key", ["s", "quota", "done", "2026", "ERROR"])
def test_no_key_corrupts_the_words_that_tools_read(key: str) -> None:
    """A key of a test installation may be part of any word; the job's name and status are the code's own."""
    redactor = Redactor()
    redactor.add(Secret(key, "CA_ROOT_API_KEY"))
    records = Records(VirtualClock(), redactor)
    records.finish("ERROR", job="quota-reset", status="done", error=f"<{key}>")
    line = records.lines[0]
    assert (line["severity"], line["event"], line["job"], line["status"]) == ("ERROR", "summary", "quota-reset", "done")
    assert datetime.fromisoformat(line["time"]).tzinfo == UTC
    assert line["error"] == f"<{MASK}>"


def test_long_texts_are_cut_after_they_were_redacted(records: Records) -> None:
    """An entry of more than 256 KiB would be refused; the cut leaves no half of a key."""
    records.info("x", text="x" * (TEXT_LIMIT - 10) + KEY + "y" * 100)
    assert records.lines[0]["text"] == "x" * (TEXT_LIMIT - 10) + MASK + "..."


field_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters()) | st.dates() | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text().filter(lambda name: name not in ("self", "event")), field_values, max_size=4))
def test_any_fields_make_one_line_of_json(fields: dict[str, object]) -> None:
    """In ASCII, so that no reader's encoding matters."""
    lines: list[bytes] = []
    log_through(lines.append).info("x", **fields)
    text = b"".join(lines).decode("ascii")
    assert (text.count("\n"), text[-1]) == (1, "\n")
    assert json.loads(text).keys() >= fields.keys()


def test_lines_of_several_threads_do_not_mix() -> None:
    """Each write is one whole line."""
    lines: list[bytes] = []
    log = log_through(lines.append)

    def write() -> None:
        for number in range(200):
            log.info("x", n=number)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(json.loads(line)["n"] for line in lines) == sorted(list(range(200)) * 4)


def test_no_line_waits(records: Records) -> None:
    """What a job did last before it hangs is to be seen while it hangs."""
    records.debug("request")
    assert 1 == len(records.raw)


def test_the_summary_is_the_last_line(records: Records) -> None:
    """What a thread still at work reports later is dropped."""
    records.debug("request")
    records.finish("INFO")
    records.debug("late")
    assert ["request", "summary"] == [line["event"] for line in records.lines]


def test_what_arrives_in_the_middle_of_a_line_waits_for_its_end() -> None:
    """A torn line would be no JSON."""
    written: list[bytes] = []

    def write(line: bytes) -> None:
        if not written:
            log.between_lines(lambda: log.finish("ERROR"))
        written.append(line)

    log = log_through(write)
    log.info("x")
    log.info("late")
    assert [json.loads(line)["event"] for line in written] == ["x", "summary"]


def test_what_arrives_between_two_lines_acts_at_once(records: Records) -> None:
    """There is nothing to tear."""
    records.between_lines(lambda: records.finish("ERROR"))
    assert [line["event"] for line in records.lines] == ["summary"]


def test_what_arrives_after_the_summary_does_nothing(records: Records) -> None:
    """The job is done, and the exit status has to be what the summary says."""
    acted: list[str] = []
    records.finish("INFO")
    records.between_lines(lambda: acted.append("stop"))
    assert acted == []


def test_what_arrives_during_the_summary_does_nothing() -> None:
    """The line says how the job ended; it did."""
    acted: list[str] = []
    log = log_through(lambda _line: log.between_lines(lambda: acted.append("stop")))
    log.finish("INFO")
    assert acted == []


def test_the_line_of_another_thread_is_waited_for() -> None:
    """Only the own thread's line is one that a handler may have interrupted."""
    written: list[bytes] = []
    begun, go_on = threading.Event(), threading.Event()

    def write(line: bytes) -> None:
        if not written:
            begun.set()
            go_on.wait()
        written.append(line)

    log = log_through(write)
    thread = threading.Thread(target=log.info, args=("x",))
    thread.start()
    begun.wait()

    def stop() -> None:
        go_on.set()
        log.finish("ERROR")

    log.between_lines(stop)
    thread.join()
    assert [json.loads(line)["event"] for line in written] == ["x", "summary"]


def test_a_line_is_written_whole_or_not_at_all(capfd: pytest.CaptureFixture[str]) -> None:
    """Past Python's own buffers."""
    write_whole(b"one line\n")
    assert capfd.readouterr().out == "one line\n"
