"""What a job is given."""

from __future__ import annotations

from collections.abc import Mapping

from runtime.config.job import Job
from runtime.config.settings import Settings
from runtime.net.client import HttpClient
from runtime.net.transport import UrllibTransport
from runtime.process.clock import Clock
from runtime.process.errors import ConfigurationError
from runtime.process.log import Log
from runtime.process.outcome import Progress
from runtime.process.secret import Secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from runtime.net.transport import Transport

# Kept from the platform's timeout for the summary and the exit: Cloud Run kills 10 s after its SIGTERM.
MARGIN_SECONDS = 10.0


class Context:
    """One run of one job. `deadline` is a point of clock.monotonic by which the job has to be done.

    `options` are the values by flag, empty for a switch; `secrets` the job's by their variables. What it has done, and
    what its next step leaves open, it tells `progress`.
    """

    def __init__(
        self,
        job: Job,
        options: Mapping[str, str],
        settings: Settings,
        secrets: Mapping[str, Secret],
        *,
        clock: Clock,
        log: Log,
        progress: Progress,
        transport: Transport | None,
        started: float,
    ) -> None:
        """`started`, of clock.monotonic: the platform's timeout counts from there, not from the end of the settings."""
        self.job = job
        self.options = options
        self.settings = settings
        self.secrets = secrets
        self.clock = clock
        self.log = log
        self.progress = progress
        self._transport = transport
        margin = min(MARGIN_SECONDS, settings.timeout_seconds * 0.1)
        self.deadline = started + settings.timeout_seconds - margin

    def http(self, endpoint: str, secrets: Mapping[str, tuple[str, Secret]]) -> HttpClient:
        """A client for one service before this run's deadline; the arguments are HttpClient's."""
        if not endpoint:
            raise ConfigurationError(f"jobs.json gives {self.job.name} no secret of that service", "add it there")
        self._transport = self._transport or UrllibTransport()
        transport, clock, log = self._transport, self.clock, self.log
        return HttpClient(endpoint, secrets, transport=transport, clock=clock, log=log, deadline=self.deadline)

    def admin_client(self) -> HttpClient:
        """A client for the admin API of the run's environment."""
        return self.http(self.settings.api, {"X-CA-Root-Key": ("", self.secrets["CA_ROOT_API_KEY"])})
