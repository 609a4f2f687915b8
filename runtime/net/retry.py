"""How often a call is repeated, and how long it waits before: one budget for every service."""

from __future__ import annotations

from collections.abc import Callable

from runtime.process.clock import Clock
from runtime.process.errors import TransientError
from runtime.process.log import Log

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

BASE_SECONDS = 1.0
CAP_SECONDS = 40.0
# The waits add up to 90 s on average, which outlasts the service's sliding windows of 60 s.
MAX_ATTEMPTS = 10

RUN_LATER = "run the job again once the service is up"


class GaveUp(TransientError):
    """The last permitted attempt failed; `maybe_processed`: the server may have acted on one of the attempts."""

    def __init__(self, problem: str, remedy: str, maybe_processed: bool) -> None:
        super().__init__(problem, remedy)
        self.maybe_processed = maybe_processed


class ServiceUnavailable(GaveUp):
    """It refuses connections for longer than a restart takes, or asks to come back later than the time allows.

    No other call will fare better.
    """


def draw_delay(retry: int, uniform: Callable[[float, float], float]) -> float:
    """Seconds before retry number `retry` (from 0): full jitter, uniform(0, min(cap, base * 2**retry)).

    Source: Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
    """
    return uniform(0.0, min(CAP_SECONDS, BASE_SECONDS * 2.0 ** min(retry, 32)))


class RetryBudget:
    """Attempts and seconds of one call, or of all the calls of a client library together; `what` names it in messages.

    `attempt` counts from 1. `deadline` is a point of clock.monotonic. `sleep` makes the waits; what it raises ends
    the call.
    """

    def __init__(
        self,
        what: str,
        *,
        clock: Clock,
        log: Log,
        deadline: float,
        attempts: int = MAX_ATTEMPTS,
        sleep: Callable[[float], None] | None = None,
    ) -> None:
        self.what = what
        self._clock = clock
        self._log = log
        self._deadline = deadline
        self._attempts = attempts
        self._sleep = sleep or clock.sleep
        self.attempt = 1
        self.maybe_processed = False

    def remaining(self) -> float:
        """Seconds until the deadline."""
        return self._deadline - self._clock.monotonic()

    def pause(self, reason: str, *, asked: float = 0.0, remedy: str = RUN_LATER, free: bool = False) -> None:
        """Waits before the next attempt; GaveUp with the remedy if none is left, or the time ends before it.

        `asked`: the seconds that the service asked for, 0 if it did not. `free`: the attempt that failed costs none.
        """
        if free:
            self._attempts += 1
        jitter = draw_delay(self.attempt - 1, self._clock.uniform)
        # Clients that were told the same moment should not all come back at it.
        wait = asked + min(jitter, BASE_SECONDS) if asked else jitter
        left = max(self.remaining(), 0.0)
        late, spent = wait >= left, self.attempt >= self._attempts
        if late or spent:
            times = "" if spent else f" (the next would be in {wait:.0f} s, {left:.0f} s are left)"
            problem = f"{self.what} gave up after {self.attempt} of {self._attempts} attempts{times}"
            raise (ServiceUnavailable if asked >= left else GaveUp)(
                f"{problem}, the last with {reason}", remedy, self.maybe_processed
            )
        self._log.warning("retry", call=self.what, attempt=self.attempt, wait_seconds=round(wait, 1), reason=reason)
        self.attempt += 1
        self._sleep(wait)

    def decorate(
        self,
        may_pass: Callable[[Exception], bool],
        describe: Callable[[Exception], str],
        check: Callable[[Any], None] = lambda _: None,
    ) -> Any:
        """A decorator for a library's calls: repeated while the fault may pass, until the budget ends in GaveUp.

        `check` raises for a result that is none.
        """

        def persist(call: Callable[..., Any]) -> Callable[..., Any]:
            def repeat(*arguments: object, **options: object) -> Any:
                while True:
                    try:
                        result = call(*arguments, **options)
                        check(result)
                        return result
                    except Exception as error:
                        if not may_pass(error):
                            raise
                        self.pause(describe(error))

            return repeat

        return persist
