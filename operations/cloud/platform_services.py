"""The platform's own services, as an operator's machine reaches them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from operations.terminal.narration import narrate
from operations.terminal.printable import SECRETS
from runtime.config.environment import Environment
from runtime.net.client import HttpClient
from runtime.net.endpoint import read_endpoint
from runtime.net.request import Request
from runtime.net.retry_policy import repeatable
from runtime.net.transport import UrllibTransport
from runtime.process.clock import Clock
from runtime.process.errors import JobError
from runtime.process.secret import Secret
from runtime.services.admin_api import AdminApi
from runtime.services.supabase import SupabaseDatabase

SUPABASE_API_URL = "https://api.supabase.com"
# An operator waits at the terminal: for all attempts of one call together, and for one attempt.
TIMEOUT_SECONDS = 15.0
ANSWER_SECONDS = 10.0
# Once more, for a connection that broke; an outage that lasts longer has to be reported.
ATTEMPTS = 2


@dataclass(frozen=True, slots=True)
class Services:
    """Of one environment; `variables` may point elsewhere, by the names that the jobs know."""

    environment: Environment
    variables: Mapping[str, str]
    clock: Clock
    verbose: bool

    @property
    def api_url(self) -> str:
        """Where the admin API is."""
        return self.variables.get("API_SERVICE_URL") or self.environment.api_url

    def require_health(self) -> None:
        """The admin API is up and ready, else JobError."""
        client = self._client(self._api_endpoint(), {})
        for path in ("/health", "/health/ready"):
            response = client.call(Request("GET", path, repeatable, seconds=ANSWER_SECONDS, attempts=ATTEMPTS))
            if response.status != 200:
                problem = f"{self.api_url}{path} answered {response.status}: {response.explain()}"
                raise JobError(problem, "see the API service's log, then try again")

    def open_admin_api(self, key: Secret) -> AdminApi:
        """The admin API with the root key."""
        return AdminApi(self._client(self._api_endpoint(), {"X-CA-Root-Key": ("", key)}))

    def query_supabase(self, token: Secret) -> None:
        """Has the project's database answer a query that reads nothing, else JobError."""
        address = self.variables.get("SUPABASE_API_URL") or SUPABASE_API_URL
        client = self._client(read_endpoint(address, "SUPABASE_API_URL"), {"Authorization": ("Bearer ", token)})
        database = SupabaseDatabase(client, self.environment.supabase_ref, seconds=ANSWER_SECONDS, attempts=ATTEMPTS)
        database.read("select 1")

    def _api_endpoint(self) -> str:
        return read_endpoint(self.api_url, "API_SERVICE_URL")

    def _client(self, endpoint: str, secrets: Mapping[str, tuple[str, Secret]]) -> HttpClient:
        for _, secret in secrets.values():
            SECRETS.add(secret)
        return HttpClient(
            endpoint,
            secrets,
            transport=UrllibTransport(),
            clock=self.clock,
            log=narrate(self.clock, SECRETS, verbose=self.verbose),
            deadline=self.clock.monotonic() + TIMEOUT_SECONDS,
        )
