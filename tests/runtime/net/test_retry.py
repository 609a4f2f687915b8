"""A library's calls are repeated within one budget of attempts and seconds."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from runtime.net.backoff import MAX_ATTEMPTS
from runtime.net.retry import Patience
from runtime.process.errors import TransientError
from runtime.process.log import Log
from runtime.process.secret import Redactor
from tests.support.virtual_clock import VirtualClock


class _Library:
    """Fails so many times before it answers."""

    def __init__(self, failures: int, error: Exception) -> None:
        self.failures = failures
        self.error = error
        self.calls: list[tuple[Any, ...]] = []

    def call(self, *arguments: Any, **options: Any) -> str:
        self.calls.append((*arguments, options))
        if len(self.calls) <= self.failures:
            raise self.error
        return "answer"


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def lines() -> list[dict[str, Any]]:
    return []


@pytest.fixture
def patience(clock: VirtualClock, lines: list[dict[str, Any]]) -> Patience:
    log = Log(clock, Redactor(), {}, lambda line: lines.append(json.loads(line)))
    return Patience("BigQuery", clock=clock, log=log, deadline=clock.monotonic() + 1000.0)


def _persist(patience: Patience, call: Callable[..., str]) -> Callable[..., str]:
    return patience.decorate(lambda error: isinstance(error, OSError), str)(call)


def test_call_is_repeated_as_it_was(patience: Patience, lines: list[dict[str, Any]]) -> None:
    """Same arguments each time; every wait is logged with its reason."""
    library = _Library(2, OSError("gone"))
    assert _persist(patience, library.call)(1, key=2) == "answer"
    assert library.calls == [(1, {"key": 2})] * 3
    told = [(line["event"], line["attempt"], line["wait_seconds"], line["reason"]) for line in lines]
    assert told == [("retry", 1, 1.0, "gone"), ("retry", 2, 2.0, "gone")]


def test_fault_that_does_not_pass_is_raised_at_once(patience: Patience, clock: VirtualClock) -> None:
    """It is the library's own error that comes through."""
    with pytest.raises(KeyError):
        _persist(patience, _Library(1, KeyError("x")).call)()
    assert clock.waits == []


def test_budget_is_shared_by_all_calls(patience: Patience) -> None:
    """A retry inside a retry does not multiply the attempts."""
    library = _Library(1000, OSError("gone"))
    outer = _persist(patience, _persist(patience, library.call))
    with pytest.raises(TransientError, match=f"after {MAX_ATTEMPTS} of {MAX_ATTEMPTS} attempts, the last with gone"):
        outer()
    assert len(library.calls) == MAX_ATTEMPTS
