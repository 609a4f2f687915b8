"""After what a request may be sent again, and how long the server asks to wait: pure, no I/O."""

from __future__ import annotations

from collections.abc import Callable
from email.utils import parsedate_to_datetime

from runtime.net.faults import FINAL, ConnectionFault
from runtime.net.response import Response

TRANSIENT_STATUSES = frozenset((408, 425, 429, 500, 502, 503, 504))
# Both services also send points in time when a wait is meant; no wait is that long.
EPOCH_THRESHOLD = 1_000_000_000

# May a request go again after this?
RetryPolicy = Callable[[Response | ConnectionFault], bool]


def repeatable(outcome: Response | ConnectionFault) -> bool:
    """For a request whose repetition does no harm: after every fault that may pass."""
    if isinstance(outcome, ConnectionFault):
        return outcome.kind not in FINAL
    return outcome.status in TRANSIENT_STATUSES and not (outcome.status == 503 and outcome.says_key_not_configured)


def unsent(outcome: Response | ConnectionFault) -> bool:
    """For a request whose repetition does harm: only if the server surely did not act on it."""
    return not outcome.maybe_processed and outcome.kind not in FINAL


def read_wait(outcome: Response | ConnectionFault, now_epoch: float) -> float:
    """Seconds that the server asks to wait, 0 if it says nothing useful.

    Retry-After (seconds or a date) of a 429 or 503; X-RateLimit-Reset of a 429 alone, since it comes with other answers
    too. Each may be a point in time instead. A body's `retry_after` is the service's time of day, and not read.
    """
    if isinstance(outcome, ConnectionFault) or outcome.status not in (429, 503):
        return 0.0
    names = ("retry-after", "x-ratelimit-reset") if outcome.status == 429 else ("retry-after",)
    hints = (_read_seconds(outcome.headers.get(name, ""), now_epoch) for name in names)
    return next(filter(None, hints), 0.0)


def _read_seconds(hint: str, now_epoch: float) -> float:
    try:
        seconds = float(hint)
    except ValueError:
        seconds = _read_date(hint)
    if seconds > EPOCH_THRESHOLD:
        seconds -= now_epoch
    return seconds if 0 < seconds < EPOCH_THRESHOLD else 0.0


def _read_date(text: str) -> float:
    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, OverflowError):
        return 0.0
