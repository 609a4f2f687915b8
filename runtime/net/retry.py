"""Repeats the calls of a library on the job's own clock: attempts and seconds both capped."""

from __future__ import annotations

from runtime.net.backoff import MAX_ATTEMPTS, draw_delay
from runtime.process.errors import TransientError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from runtime.process.clock import Clock
    from runtime.process.log import Log

    T = TypeVar("T")


class Patience:
    """One budget for all the calls of a run. `what` names the service; `deadline` is of clock.monotonic."""

    __slots__ = ("_attempt", "_clock", "_deadline", "_log", "_what")

    def __init__(self, what: str, *, clock: Clock, log: Log, deadline: float) -> None:
        self._what = what
        self._clock = clock
        self._log = log
        self._deadline = deadline
        self._attempt = 1

    def remaining(self) -> float:
        """Seconds until the deadline."""
        return self._deadline - self._clock.monotonic()

    def decorate(
        self, may_pass: Callable[[Exception], bool], describe: Callable[[Exception], str]
    ) -> Callable[[Callable[..., T]], Callable[..., T]]:
        """A decorator: the call is made again while its fault may pass, until the budget ends in TransientError."""

        def persist(call: Callable[..., T]) -> Callable[..., T]:
            def repeat(*arguments: object, **options: object) -> T:
                while True:
                    try:
                        return call(*arguments, **options)
                    except Exception as error:
                        if not may_pass(error):
                            raise
                        self._pause(error, describe(error))

            return repeat

        return persist

    def _pause(self, error: Exception, reason: str) -> None:
        wait = draw_delay(self._attempt - 1, self._clock.uniform)
        remaining = self.remaining()
        if self._attempt == MAX_ATTEMPTS or wait >= remaining:
            why = f"after {self._attempt} of {MAX_ATTEMPTS} attempts"
            if wait >= remaining:
                why += f" (the next would be in {wait:.0f} s, {max(remaining, 0.0):.0f} s are left)"
            raise TransientError(
                f"{self._what} gave up {why}, the last with {reason}", "run the job again once the service is well"
            ) from error
        self._log.warning("retry", call=self._what, attempt=self._attempt, wait_seconds=round(wait, 1), reason=reason)
        self._attempt += 1
        self._clock.sleep(wait)
