"""What a job is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Mapping

from runtime.config.command_line import Options
from runtime.config.job import Job
from runtime.config.settings import Settings
from runtime.net.endpoint import Endpoint
from runtime.process.clock import Clock
from runtime.process.errors import DONE, FAILED, GAVE_UP, ConfigurationError
from runtime.process.log import Log
from runtime.process.progress import Progress
from runtime.process.secret import Redactor, Secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from runtime.net.client import HttpClient
    from runtime.net.transport import Transport

EXIT_STATUSES = {
    "done": DONE,
    "skipped": DONE,
    "pending": DONE,
    "drifted": DONE,
    "failed": FAILED,
    "incomplete": GAVE_UP,
}
# Kept from the platform's timeout for the summary and the exit: Cloud Run kills 10 s after its SIGTERM.
MARGIN_SECONDS = 10.0


class Outcome:
    """How a job ended: `status` is a key of EXIT_STATUSES, `reason` says why if it is not plainly done.

    `details` go into the summary line as they are.
    """

    __slots__ = ("counts", "details", "reason", "remedy", "status")

    def __init__(
        self,
        status: str,
        counts: Mapping[str, int],
        reason: str = "",
        remedy: str = "",
        details: Mapping[str, object] | None = None,
    ) -> None:
        self.status = status
        self.counts = counts
        self.reason = reason
        self.remedy = remedy
        self.details = details or {}

    @property
    def exit_status(self) -> int:
        """What the process ends with."""
        return EXIT_STATUSES[self.status]


class Context:
    """One run of one job. `deadline` is a point of clock.monotonic by which the job has to be done.

    What a job has done, and what its next step leaves open, it tells `progress`.
    """

    def __init__(
        self,
        job: Job,
        options: Options,
        settings: Settings,
        *,
        clock: Clock,
        log: Log,
        redactor: Redactor,
        transport: Transport | None,
        started: float,
    ) -> None:
        """`started`, of clock.monotonic: the platform's timeout counts from there, not from the end of the settings."""
        self.job = job
        self.options = options
        self.settings = settings
        self.clock = clock
        self.log = log
        self.progress = Progress()
        self._redactor = redactor
        self._transport = transport
        for secret in settings.secrets.values():
            self.hide(secret)
        margin = min(MARGIN_SECONDS, settings.timeout_seconds * 0.1)
        self.deadline = started + settings.timeout_seconds - margin

    def hide(self, secret: Secret) -> None:
        """From now on the log never shows it."""
        self._redactor.add(secret)

    @property
    def is_exclusive(self) -> bool:
        """Another execution of the job would be in the way: it runs on Cloud Run and changes something."""
        flags = [option.flag for option in self.job.options if option.read_only]
        on_cloud_run = self.settings.execution and self.settings.job_name
        return self.job.overlap == "forbid" and bool(on_cloud_run) and not any(map(self.options.has, flags))

    def http(self, endpoint: Endpoint | None, secrets: Mapping[str, tuple[str, Secret]]) -> HttpClient:
        """A client for one service before this run's deadline; the arguments are HttpClient's."""
        if endpoint is None:
            raise ConfigurationError(f"jobs.json gives {self.job.name} no secret of that service", "add it there")
        # Imported here: a run that ends in a configuration error needs no network code.
        from runtime.net.client import HttpClient

        if self._transport is None:
            from runtime.net.transport import UrllibTransport

            self._transport = UrllibTransport()
        transport, clock, log = self._transport, self.clock, self.log
        return HttpClient(endpoint, secrets, transport=transport, clock=clock, log=log, deadline=self.deadline)
