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

    def __init__(
        self, statuses: frozenset[int], *, unsent_only: bool = False, passes: Callable[[Response], bool] | None = None
    ) -> None:
        self._statuses = statuses
        self._passes = passes
        self.unsent_only = unsent_only

    def allows_after(self, outcome: Response | ConnectionFault) -> bool:
        """May the request go again after this?"""
        if isinstance(outcome, ConnectionFault):
            return outcome.kind not in FINAL and not (self.unsent_only and outcome.maybe_processed)
        if self.unsent_only:
            return not outcome.maybe_processed
        if outcome.status in self._statuses:
            return outcome.status != 503 or not outcome.says_key_not_configured
        return self._passes is not None and self._passes(outcome)


REPEATABLE = RetryPolicy(TRANSIENT_STATUSES)
REPEATABLE_AT_GATEWAY = RetryPolicy(GATEWAY_STATUSES)
UNSENT = RetryPolicy(frozenset(), unsent_only=True)


def read_wait(outcome: Response | ConnectionFault, now_epoch: float) -> float:
    """Seconds that the server asks to wait, 0 if it says nothing useful.

    Retry-After (seconds or a date) of a 429 or 503; X-RateLimit-Reset and `retry_after` in the body of a 429 alone,
    since they come with other answers too. Each may be a point in time instead.
    """
    if isinstance(outcome, ConnectionFault) or outcome.status not in (429, 503):
        return 0.0
    hints: list[object] = [outcome.header("retry-after")]
    if outcome.status == 429:
        hints += [outcome.header("x-ratelimit-reset"), outcome.member("retry_after")]
    return next(filter(None, (_read_seconds(hint, now_epoch) for hint in hints)), 0.0)


def _read_seconds(hint: object, now_epoch: float) -> float:
    if isinstance(hint, bool) or not isinstance(hint, (str, int, float)):
        return 0.0
    try:
        seconds = float(hint)
    except OverflowError:
        return 0.0
    except ValueError:
        seconds = _read_date(str(hint))
    if seconds > EPOCH_THRESHOLD:
        seconds -= now_epoch
    return seconds if 0 < seconds < EPOCH_THRESHOLD else 0.0


def _read_date(text: str) -> float:
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, OverflowError):
        return 0.0
