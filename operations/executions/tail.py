"""The log of a running execution, read as it grows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from operations.cloud.executions import Execution
from operations.cloud.logs import LogLine, Logs
from operations.cloud.refusals import NoConnection, PermissionMissing
from runtime.config.job import Job
from runtime.process.clock import Clock

# Cloud Logging allows 60 reads a minute and project, which colleagues and tools share.
READ_SECONDS = 3.0
SLOWEST_READ_SECONDS = 60.0
# Lines arrive out of order: each read goes back this far behind the newest line seen.
OVERLAP = timedelta(seconds=60)
# A container's clock and Cloud Run's need not agree.
CLOCK_SKEW = timedelta(seconds=60)


class Tail:
    """Shows each line once; `summaries` has the last one of each task. `trouble` says why lines may be missing."""

    def __init__(
        self,
        logs: Logs,
        job: Job,
        execution: Execution,
        show: Callable[[LogLine], None],
        clock: Clock,
        *,
        least: str = "INFO",
    ) -> None:
        """A line below `least` is not asked for: of thousands of organizations each has some."""
        self.summaries: dict[int, LogLine] = {}
        self.trouble = ""
        self._logs = logs
        self._job = job
        self._execution = execution
        self._show = show
        self._clock = clock
        self._least = least
        self._seen: dict[tuple[str, str], datetime] = {}
        self._since = execution.created - CLOCK_SKEW
        self._page_token = ""
        self._interval = READ_SECONDS
        self._next_read = clock.monotonic()

    @property
    def denied(self) -> bool:
        """The log cannot be read at all."""
        return self._next_read == float("inf")

    @property
    def caught_up(self) -> bool:
        """The last read brought all that there was."""
        return not (self.trouble or self._page_token)

    @property
    def seconds_to_next_read(self) -> float:
        """How long to wait before `read` may be called."""
        return max(0.0, self._next_read - self._clock.monotonic())

    def read(self) -> None:
        """One request; a fault slows the next ones down, a missing permission ends them."""
        try:
            lines, token = self._logs.read_page(
                self._job, self._execution.name, self._since, self._page_token, least=self._least
            )
        except PermissionMissing as error:
            self.trouble, self._next_read = str(error), float("inf")
            return
        except NoConnection as error:
            self.trouble = str(error)
            self._interval = min(2 * self._interval, SLOWEST_READ_SECONDS)
        else:
            self.trouble, self._interval, self._page_token = "", READ_SECONDS, token
            self._take(lines)
        self._next_read = self._clock.monotonic() + self._interval

    def _take(self, lines: list[LogLine]) -> None:
        for line in lines:
            if line.identity in self._seen:
                continue
            self._seen[line.identity] = line.moment
            known = self.summaries.get(line.task)
            if line.is_summary and (known is None or line.attempt >= known.attempt):
                self.summaries[line.task] = line
            self._show(line)
        if not self._page_token and self._seen:
            self._since = max(self._since, max(self._seen.values()) - OVERLAP)
            self._seen = {identity: moment for identity, moment in self._seen.items() if moment >= self._since}
