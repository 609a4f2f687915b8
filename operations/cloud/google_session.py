"""Calls to Google's APIs in one environment: credentials, retries, deadlines, errors."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from operations.cloud.authorization import ATTEMPTS, Authorization
from operations.cloud.credentials import Identity, find_identity
from operations.cloud.refusals import NoConnection, explain_refusal
from operations.terminal.narration import narrate
from operations.terminal.printable import SECRETS
from runtime.config.environment import Environment
from runtime.net.client import HttpClient, NoAnswer
from runtime.net.endpoint import read_endpoint
from runtime.net.request import Request
from runtime.net.retry import GaveUp
from runtime.net.retry_policy import RetryPolicy, repeatable
from runtime.net.transport import UrllibTransport
from runtime.process.clock import Clock
from runtime.process.errors import UnexpectedAnswer

if TYPE_CHECKING:
    from runtime.net.transport import Transport

# gcloud's names of the APIs, by which CLOUDSDK_API_ENDPOINT_OVERRIDES_... point elsewhere.
ADDRESSES = {
    "ARTIFACTREGISTRY": "https://artifactregistry.googleapis.com",
    "CLOUDSCHEDULER": "https://cloudscheduler.googleapis.com",
    "IAM": "https://iam.googleapis.com",
    "LOGGING": "https://logging.googleapis.com",
    "MONITORING": "https://monitoring.googleapis.com",
    "RUN": "https://run.googleapis.com",
    "SECRETMANAGER": "https://secretmanager.googleapis.com",
    "SERVICEUSAGE": "https://serviceusage.googleapis.com",
}
ANSWER_SECONDS = 30.0
# An operator waits at the terminal: for all attempts of one call together.
TIMEOUT_SECONDS = 60.0


class GoogleSession:
    """One operator in one environment. Safe to use from several threads."""

    def __init__(
        self,
        environment: Environment,
        variables: Mapping[str, str],
        *,
        clock: Clock,
        verbose: bool = False,
        transport: Transport | None = None,
        identity: Identity | None = None,
    ) -> None:
        """Raises ConfigurationError for unusable credentials; sends nothing yet."""
        self.environment = environment
        self.clock = clock
        self.identity = identity or find_identity(variables, environment)
        self._variables = variables
        self._transport = transport or UrllibTransport()
        self._log = narrate(clock, SECRETS, verbose=verbose)
        self._authorization = Authorization(self.identity, self._transport, clock, SECRETS)

    @property
    def location(self) -> str:
        """The parent of the environment's jobs and triggers."""
        return f"projects/{self.environment.project}/locations/{self.environment.region}"

    @property
    def who(self) -> str:
        """The account, for messages."""
        return self.identity.email or f"the account of {self.identity.source}"

    def renew_token(self) -> None:
        """Sees that there is a token; calls do it themselves."""
        self._authorization.renew()

    def ask(
        self,
        api: str,
        method: str,
        path: str,
        body: object = None,
        *,
        policy: RetryPolicy = repeatable,
        attempts: int = ATTEMPTS,
    ) -> dict[str, Any]:
        """The JSON object of a successful answer.

        Raises what refusals.py has for any other answer, NoConnection if there is none.
        """
        self.renew_token()
        data = None if body is None else json.dumps(body).encode()
        request = Request(method, path, policy, body=data, seconds=ANSWER_SECONDS, attempts=attempts)
        try:
            response = self._client(api).call(request)
        except (GaveUp, NoAnswer) as error:
            raise NoConnection(
                f"no answer from Google: {error.problem}", "check the network, then repeat", error.maybe_processed
            ) from error
        if not 200 <= response.status < 300:
            raise explain_refusal(response, self.environment, self.who)
        answer = response.parse()
        if not isinstance(answer, dict):
            raise UnexpectedAnswer(f"{response.call} answered no JSON object: {response.excerpt()}")
        return answer

    def ask_pages(self, api: str, path: str, member: str) -> list[dict[str, Any]]:
        """The objects of all pages of a list."""
        return [found for page in self.ask_page_by_page(api, path, member) for found in page]

    def ask_page_by_page(self, api: str, path: str, member: str) -> Iterator[list[dict[str, Any]]]:
        """The objects of a list, a page with each request."""
        token = ""
        while True:
            separator = "&" if "?" in path else "?"
            answer = self.ask(api, "GET", path + (f"{separator}pageToken={token}" if token else ""))
            yield answer.get(member, [])
            token = quote(answer.get("nextPageToken", ""), safe="")
            if not token:
                return

    def _client(self, api: str) -> HttpClient:
        variable = f"CLOUDSDK_API_ENDPOINT_OVERRIDES_{api}"
        endpoint = read_endpoint(self._variables.get(variable) or ADDRESSES[api], variable)
        return HttpClient(
            endpoint,
            self._authorization.headers,
            transport=self._transport,
            clock=self.clock,
            log=self._log,
            deadline=self.clock.monotonic() + TIMEOUT_SECONDS,
        )
