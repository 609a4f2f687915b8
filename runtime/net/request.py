"""One call, and how it is repeated."""

from __future__ import annotations

from collections.abc import Callable

from runtime.net.faults import ConnectionFault
from runtime.net.response import Response
from runtime.net.retry import MAX_ATTEMPTS
from runtime.net.retry_policy import RetryPolicy

# Beyond the 300 s after which the API service's front end answers 504.
ANSWER_SECONDS = 310.0


class Pace:
    """Follows the attempts of a client, and makes its waits; what it raises ends the call."""

    def observe(self, started: float, status: int | None) -> None:
        """An attempt that began then (of clock.monotonic) was answered so; None: not at all."""
        raise NotImplementedError

    def sleep(self, seconds: float) -> None:
        """Waits before a retry."""
        raise NotImplementedError


class Request:
    """One call. `seconds` is the deadline of a single attempt, `attempts` their number.

    `patient`: a rate limit and a refused connection, which the service did not act on, cost no attempt.
    `before_retry` is given an attempt's result before the wait for the next one; what it raises ends the call.
    """

    def __init__(
        self,
        method: str,
        path: str,
        policy: RetryPolicy,
        *,
        body: bytes | None = None,
        seconds: float = ANSWER_SECONDS,
        attempts: int = MAX_ATTEMPTS,
        patient: bool = False,
        pace: Pace | None = None,
        before_retry: Callable[[Response | ConnectionFault], None] | None = None,
    ) -> None:
        self.method = method
        self.path = path
        self.policy = policy
        self.body = body
        self.seconds = seconds
        self.attempts = attempts
        self.patient = patient
        self.pace = pace
        self.before_retry = before_retry

    def __str__(self) -> str:
        return f"{self.method} {self.path.partition('?')[0]}"
