"""What a command says about its own requests."""

from __future__ import annotations

import pytest

from operations.terminal.narration import narrate
from runtime.process.log import Log
from runtime.process.secret import Redactor
from tests.support.virtual_clock import VirtualClock


def retry(log: Log, call: str, reason: str) -> None:
    """As HttpClient does."""
    log.warning("retry", call=call, attempt=1, wait_seconds=0.5, reason=reason)


def test_a_network_that_is_down_is_one_line_for_all_requests(capsys: pytest.CaptureFixture[str]) -> None:
    """bin/list-jobs has ten under way, with up to four retries each."""
    log = narrate(VirtualClock(), Redactor(), verbose=False)
    for call in ("GET /a", "GET /b", "GET /a"):
        retry(log, call, "no route")
    retry(log, "GET /a", "503: busy")
    assert ["  GET /a: no route; again in 0.5 s", "  GET /a: 503: busy; again in 0.5 s"] == list_lines(capsys)


def test_everything_is_reported_if_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    """--verbose."""
    log = narrate(VirtualClock(), Redactor(), verbose=True)
    for call in ("GET /a", "GET /b"):
        retry(log, call, "no route")
    assert 2 == len(list_lines(capsys))


def list_lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().err.splitlines()
