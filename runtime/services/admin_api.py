"""The platform's admin endpoints: a call is answered by a response, or ends in an error that says why."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import count

from runtime.net.client import HttpClient
from runtime.net.faults import ConnectionFault
from runtime.net.request import ANSWER_SECONDS, Request
from runtime.net.response import Response
from runtime.net.retry import MAX_ATTEMPTS, GaveUp
from runtime.net.retry_policy import RetryPolicy, repeatable
from runtime.process.errors import JobError
from runtime.services.admin_answers import BootstrapStatus, Counted
from runtime.services.json_reader import Fields, read_fields

PREFIX = "/api/v1"
QUOTA_PREFIX = "/admin/quota/"
# With BigQuery out of reach the status call has hung for ten minutes.
DIAGNOSIS_SECONDS = 10.0


class Refused(JobError):
    """The service answered, and the answer is no."""

    def __init__(self, response: Response, remedy: str = "") -> None:
        problem = f"{response.call} answered {response.status}: {response.explain()} (request {response.request_id})"
        super().__init__(problem, remedy or "look the request up in the API service's log")


class KeyRefused(Refused):
    """The service does not take the key: no other call will fare better."""


class NotBootstrapped(JobError):
    """The platform has no tables, or its service cannot reach BigQuery: no other call will fare better."""


class AdminApi:
    """Calls with the root key. One AdminApi serves a whole run, its threads included."""

    def __init__(self, client: HttpClient) -> None:
        self._client = client
        self._quota_prefix = QUOTA_PREFIX
        self._server_errors = count(1)

    def count(self, path: str, *names: str, body: Mapping[str, object] | None = None) -> Counted:
        """POSTs what is safe to repeat, and reads the counts of these names from the answer.

        Calls below `/admin/quota/` are made under the path that this service has.
        """
        response = self.post(path.replace(QUOTA_PREFIX, self._quota_prefix, 1), body)
        if response.is_unknown_route and path.startswith(QUOTA_PREFIX) and self._quota_prefix == QUOTA_PREFIX:
            self._quota_prefix = "/quota/"
            response = self.post(path.replace(QUOTA_PREFIX, self._quota_prefix, 1), body)
        return Counted(accept(response), names)

    def post(
        self,
        path: str,
        body: Mapping[str, object] | None,
        policy: RetryPolicy = repeatable,
        *,
        needs_tables: bool = True,
    ) -> Response:
        """The first answer that is not repeated. After a lost answer the call waits until `/health` has answered.

        `needs_tables`: only bootstrap works on a platform without tables.
        """

        def prepare(outcome: Response | ConnectionFault) -> None:
            if needs_tables:
                self.diagnose(outcome)
            self._await_end(outcome, f"POST {PREFIX}{path}")

        encoded = None if body is None else json.dumps(body).encode("ascii")
        return self.call(Request("POST", PREFIX + path, policy, body=encoded, before_retry=prepare))

    def bootstrap_status(self, seconds: float = ANSWER_SECONDS, attempts: int = MAX_ATTEMPTS) -> BootstrapStatus:
        """Past the service's cache of 60 s, which is stale after a sync."""
        path = f"{PREFIX}/admin/bootstrap/status?force_refresh=true"
        request = Request("GET", path, repeatable, seconds=seconds, attempts=attempts)
        return BootstrapStatus(accept(self.call(request)))

    def diagnose(self, outcome: Response | ConnectionFault) -> None:
        """After the second 500 of a run: raises NotBootstrapped if the status, asked once, says so."""
        if not isinstance(outcome, Response) or outcome.status != 500 or next(self._server_errors) != 2:
            return
        try:
            status = self.bootstrap_status(DIAGNOSIS_SECONDS, attempts=1)
        except KeyRefused:
            raise
        except JobError:
            return
        if status.state == "NOT_BOOTSTRAPPED":
            problem = "nothing is bootstrapped, or the service cannot reach BigQuery"
            raise NotBootstrapped(problem, "run bootstrap first")

    def call(self, request: Request) -> Response:
        """Any request; raises KeyRefused if the service does not take the key."""
        response = self._client.call(request)
        if response.status in (401, 403):
            remedy = "the service does not take this key: check CA_ROOT_API_KEY, or its secret's last version"
        elif response.status == 503 and response.says_key_not_configured:
            remedy = "the service itself has no root key: set CA_ROOT_API_KEY on the API service"
        else:
            return response
        raise KeyRefused(response, remedy)

    def _await_end(self, outcome: Response | ConnectionFault, call: str) -> None:
        # Two at the same time make rows twice. A handler at work blocks the event loop that answers this.
        lost = outcome.status == 504 if isinstance(outcome, Response) else outcome.maybe_processed
        if lost:
            try:
                self._client.call(Request("GET", "/health", _is_not_its_own, seconds=ANSWER_SECONDS))
            except GaveUp as error:
                reason = "504" if isinstance(outcome, Response) else outcome
                problem = f"the answer to {call} was lost ({reason}), and {error.problem}"
                raise GaveUp(problem, error.remedy, maybe_processed=True) from error


def _is_not_its_own(outcome: Response | ConnectionFault) -> bool:
    # What is in front of the service may answer in its place; a version without /health answers 404 itself.
    if isinstance(outcome, ConnectionFault):
        return repeatable(outcome)
    return outcome.status != 200 and not outcome.is_unknown_route


def accept(response: Response) -> Fields:
    """What a success says; raises Refused for any other answer."""
    if response.status in (200, 201):
        return read_fields(response)
    if response.is_unknown_route:
        raise Refused(response, "this version of the service does not know the call: is API_SERVICE_URL right?")
    if 300 <= response.status < 400:
        target = response.headers.get("location")
        raise Refused(response, f"redirects are not followed, they would carry the key to {target}")
    raise Refused(response)
