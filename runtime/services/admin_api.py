"""The platform's admin endpoints as methods with typed answers."""

from __future__ import annotations

import json

from runtime.net.client import Request
from runtime.net.retry_policy import REPEATABLE, UNSENT
from runtime.process.errors import JobError
from runtime.services import admin_answers as answers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from runtime.context import Context
    from runtime.net.client import HttpClient, Pace
    from runtime.net.response import Response

PREFIX = "/api/v1"
PAGE_SIZE = 100
# Handlers block the service's only event loop, and a client that leaves early does not stop the work: a
# retry queues behind it. Hence deadlines well beyond what a call takes; status alone has hung for ten minutes.
STATUS_SECONDS = 660.0
CREATION_SECONDS = 900.0
SYNC_SECONDS = 600.0
LISTING_SECONDS = 120.0
QUOTA_SECONDS = 280.0
ALERTS_SECONDS = 1700.0
# One organization among thousands is named as failed rather than waited for.
ORGANIZATION_ATTEMPTS = 5

MISSING_ADDITIONS = {"sync_missing_tables": True, "sync_missing_columns": True}
# The same for every organization: encoded once.
SYNC_BODY = json.dumps({**MISSING_ADDITIONS, "recreate_views": True}).encode("ascii")


class Refused(JobError):
    """The service answered, and the answer is no; `response` holds it."""

    def __init__(self, response: Response, remedy: str = "") -> None:
        problem = f"{response.call} answered {response.status}: {response.explain()} (request {response.request_id})"
        super().__init__(problem, remedy)
        self.response = response


class KeyRefused(Refused):
    """The service does not take the key: no other call will fare better."""


class AdminApi:
    """Calls with the root key. Everything but `process_alerts` may be repeated without harm."""

    __slots__ = ("_client", "_quota_prefix")

    def __init__(self, client: HttpClient) -> None:
        self._client = client
        self._quota_prefix = "/admin/quota"

    @staticmethod
    def of(context: Context, pace: Pace | None = None) -> AdminApi:
        """The API of the run's environment; `pace` is HttpClient's."""
        key = context.settings.secrets["CA_ROOT_API_KEY"]
        return AdminApi(context.http(context.settings.api, {"X-CA-Root-Key": ("", key)}, pace))

    def bootstrap_status(self, *, force_refresh: bool) -> answers.BootstrapStatus:
        """`force_refresh` skips the service's 60 s cache, which is stale after a sync."""
        query = "?force_refresh=true" if force_refresh else ""
        response = self._call(
            Request("GET", f"{PREFIX}/admin/bootstrap/status{query}", REPEATABLE, seconds=STATUS_SECONDS)
        )
        return answers.BootstrapStatus(answers.read_fields(_accept(response)))

    def create(self) -> answers.Creation | None:
        """Creates the meta tables; None where the platform is bootstrapped already (409)."""
        body = {"force_recreate_dataset": False, "force_recreate_tables": False}
        response = self._post("/admin/bootstrap", body, CREATION_SECONDS)
        return None if response.status == 409 else answers.Creation(answers.read_fields(_accept(response)))

    def sync(self) -> answers.Sync:
        """Adds the meta tables and columns that are missing."""
        response = self._post("/admin/bootstrap/sync", MISSING_ADDITIONS, SYNC_SECONDS)
        return answers.Sync(answers.read_fields(_accept(response)))

    def organizations(self, page: int) -> answers.OrganizationPage:
        """A page of the active organizations, from 1, newest first."""
        path = f"{PREFIX}/organizations?page={page}&page_size={PAGE_SIZE}&status=ACTIVE"
        response = self._call(Request("GET", path, REPEATABLE, seconds=LISTING_SECONDS))
        return answers.OrganizationPage(answers.read_fields(_accept(response)))

    def sync_organization(self, slug: str) -> answers.Sync | None:
        """Adds what is missing in its dataset; None where it is gone (404) or no longer active (400)."""
        path = f"{PREFIX}/organizations/{_quote(slug)}/sync"
        attempts = ORGANIZATION_ATTEMPTS
        response = self._call(
            Request("POST", path, REPEATABLE, body=SYNC_BODY, seconds=SYNC_SECONDS, attempts=attempts)
        )
        if _is_gone(response):
            return None
        return answers.Sync(answers.read_fields(_accept(response)))

    def call_quota(self, name: str) -> answers.QuotaResult:
        """`reset-daily`, `reset-monthly` or `cleanup-stale`, under whichever path this service has."""
        response = self._post(f"{self._quota_prefix}/{name}", None, QUOTA_SECONDS)
        if response.is_unknown_route and self._quota_prefix != "/quota":
            self._quota_prefix = "/quota"
            response = self._post(f"{self._quota_prefix}/{name}", None, QUOTA_SECONDS)
        return answers.QuotaResult(answers.read_fields(_accept(response)))

    def process_alerts(self, slug: str | None, *, notify: bool) -> Response:
        """Evaluates and notifies, anew at each call: sent again only if the service surely did not act on it."""
        body: dict[str, object] = {"send_notifications": notify, "dry_run": not notify}
        if slug is not None:
            body["org_slug"] = slug
        policy = UNSENT if notify else REPEATABLE
        path = f"{PREFIX}/admin/alerts/process-all"
        return self._call(Request("POST", path, policy, body=_encode(body), seconds=ALERTS_SECONDS))

    def _post(self, path: str, body: dict[str, bool] | None, seconds: float) -> Response:
        encoded = None if body is None else _encode(body)
        return self._call(Request("POST", PREFIX + path, REPEATABLE, body=encoded, seconds=seconds))

    def _call(self, request: Request) -> Response:
        response = self._client.call(request)
        if response.status in (401, 403):
            raise KeyRefused(
                response, "the service does not take this key: check CA_ROOT_API_KEY, or its secret's last version"
            )
        if response.status == 503 and response.says_key_not_configured:
            raise KeyRefused(response, "the service itself has no root key: set CA_ROOT_API_KEY on the API service")
        return response


def _accept(response: Response) -> Response:
    if response.status in (200, 201):
        return response
    if response.is_unknown_route:
        raise Refused(response, "this version of the service does not know the call: is API_SERVICE_URL right?")
    if 300 <= response.status < 400:
        raise Refused(
            response, f"redirects are not followed, they would carry the key to {response.header('location')}"
        )
    raise Refused(response)


def _is_gone(response: Response) -> bool:
    # The handler says so, in words of its own; a proxy's page and the middleware's refusal have no such detail.
    return (
        response.status in (400, 404)
        and isinstance(response.member("detail"), (str, dict))
        and not response.is_unknown_route
    )


def _encode(body: Mapping[str, object]) -> bytes:
    return json.dumps(body).encode("ascii")


def _quote(slug: str) -> str:
    from urllib.parse import quote

    # A dot segment would leave the path although every character of it is permitted.
    return quote(slug, safe="", errors="surrogatepass") if slug.strip(".") else slug.replace(".", "%2E")
