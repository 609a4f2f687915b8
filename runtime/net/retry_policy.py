"""After what a request may be sent again, and how long the server asks to wait: pure, no I/O."""

from __future__ import annotations

from collections.abc import Callable

from runtime.net.faults import FINAL, ConnectionFault
from runtime.net.response import Response

TRANSIENT_STATUSES = frozenset((408, 425, 429, 500, 502, 503, 504))
# What Cloudflare and Supabase's gateway add.
GATEWAY_STATUSES = TRANSIENT_STATUSES | frozenset((520, 521, 522, 523, 524, 544))
# Both services also send points in time when a wait is meant; no wait is that long.
EPOCH_THRESHOLD = 1_000_000_000


class RetryPolicy:
    """`unsent_only`: a request whose repetition does harm goes again only if the server surely did not act on it.

    `passes` knows further responses after which a repeatable request goes again.
    """

    __slots__ = ("_passes", "_statuses", "unsent_only")

    def __init__(
        self, statuses: frozenset[int], *, unsent_only: bool = False, passes: Callable[[Response], bool] | None = None
    ) -> None:
        self._statuses = statuses
        self._passes = passes
        self.unsent_only = unsent_only

    def allows_after_fault(self, fault: ConnectionFault) -> bool:
        """May the request go again after no answer?"""
        return fault.kind not in FINAL and not (self.unsent_only and fault.maybe_processed)

    def allows_after_response(self, response: Response) -> bool:
        """May the request go again after this answer?"""
        if self.unsent_only:
            return response.is_turned_away
        if response.status in self._statuses:
            return response.status != 503 or not response.says_key_not_configured
        return self._passes is not None and self._passes(response)


REPEATABLE = RetryPolicy(TRANSIENT_STATUSES)
REPEATABLE_AT_GATEWAY = RetryPolicy(GATEWAY_STATUSES)
UNSENT = RetryPolicy(frozenset(), unsent_only=True)


def read_wait(response: Response, now_epoch: float) -> float:
    """Seconds that the server asks to wait, 0 if it says nothing useful.

    Retry-After (seconds or a date) of a 429 or 503; X-RateLimit-Reset and `retry_after` in the body of a 429 alone,
    since they come with other answers too. Each may be a point in time instead.
    """
    if response.status not in (429, 503):
        return 0.0
    hints = [_read_header(response, now_epoch)]
    if response.status == 429:
        hints += [response.header("x-ratelimit-reset"), response.member("retry_after")]
    for hint in hints:
        seconds = _read_seconds(hint, now_epoch)
        if seconds > 0:
            return seconds
    return 0.0


def _read_header(response: Response, now_epoch: float) -> object:
    value = response.header("retry-after")
    if value is None or value.strip().isdigit():
        return value
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(value).timestamp() - now_epoch
    except (ValueError, OverflowError):
        return None


def _read_seconds(hint: object, now_epoch: float) -> float:
    if isinstance(hint, bool) or not isinstance(hint, (str, int, float)):
        return 0.0
    try:
        seconds = float(hint)
    except (ValueError, OverflowError):
        return 0.0
    if seconds > EPOCH_THRESHOLD:
        seconds -= now_epoch
    return seconds if 0 < seconds < EPOCH_THRESHOLD else 0.0
