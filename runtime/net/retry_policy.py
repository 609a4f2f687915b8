"""When a request may be sent again, and how long to wait: pure, no I/O."""

from __future__ import annotations

from runtime.net.faults import FINAL, REFUSED, UNRESOLVED, ConnectionFault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from runtime.net.response import Response

TRANSIENT_STATUSES = frozenset((408, 425, 429, 500, 502, 503, 504))
# What Cloudflare and Supabase's gateway add.
GATEWAY_STATUSES = TRANSIENT_STATUSES | frozenset((520, 521, 522, 523, 524, 544))
# Both services also send points in time where a wait is meant; no wait is that long.
EPOCH_THRESHOLD = 1_000_000_000


class RetryPolicy:
    """`unsent_only`: a request whose repetition does harm goes again only if the peer surely did not take it."""

    __slots__ = ("name", "statuses", "unsent_only")

    def __init__(self, name: str, statuses: frozenset[int], *, unsent_only: bool) -> None:
        self.name = name
        self.statuses = statuses
        self.unsent_only = unsent_only

    def allows_after_fault(self, fault: ConnectionFault) -> bool:
        """May the request go again after no answer?"""
        if self.unsent_only:
            return fault.kind in (UNRESOLVED, REFUSED)
        return fault.kind not in FINAL

    def allows_after_response(self, response: Response) -> bool:
        """May the request go again after this answer?"""
        if self.unsent_only:
            return response.status == 429 or (response.status == 503 and response.is_maintenance)
        return response.status in self.statuses and not (response.status == 503 and response.says_key_not_configured)


REPEATABLE = RetryPolicy("REPEATABLE", TRANSIENT_STATUSES, unsent_only=False)
REPEATABLE_AT_GATEWAY = RetryPolicy("REPEATABLE", GATEWAY_STATUSES, unsent_only=False)
UNSENT = RetryPolicy("UNSENT", frozenset((429, 503)), unsent_only=True)


def read_wait(response: Response, now_epoch: float) -> float:
    """Seconds that the peer asks to wait, 0 where it says nothing of use.

    Retry-After (seconds or a date), X-RateLimit-Reset, and `retry_after` in the body, each of which may
    be a point in time instead.
    """
    if response.status not in (429, 503):
        return 0.0
    hints = (_read_header(response, now_epoch), response.header("x-ratelimit-reset"), response.member("retry_after"))
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
