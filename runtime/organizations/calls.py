"""The admin API's calls about organizations."""

from __future__ import annotations

import json
from itertools import count

from runtime.net.faults import ConnectionFault
from runtime.net.request import Pace, Request
from runtime.net.response import Response
from runtime.net.retry_policy import repeatable
from runtime.process.errors import JobError
from runtime.services.admin_answers import OrganizationPage, Sync
from runtime.services.admin_api import PREFIX, AdminApi, accept

# One organization among thousands is named as failed rather than waited for.
SYNC_ATTEMPTS = 5
# A page that is a 500 so often holds a record that the service cannot show.
PAGE_ATTEMPTS = 3
# Beyond the end of any list: no record on the page can make it a 500, and the total is there anyway.
PAGE_PAST_THE_END = 1_000_000
# The service's two sentences; any other 404 or 400 is a failure with its text.
GONE = {404: "not found", 400: "is not active"}
# The same for every organization: encoded once.
SYNC_BODY = json.dumps({"sync_missing_tables": True, "sync_missing_columns": True, "recreate_views": True}).encode()


class Unlistable(JobError):
    """A page of the list that the service answers with 500 every time."""


def count_organizations(api: AdminApi) -> int:
    """How many are active."""
    return read_page(api, PAGE_PAST_THE_END, 1).total


def read_page(
    api: AdminApi, page: int, size: int, pace: Pace | None = None, attempts: int = PAGE_ATTEMPTS
) -> OrganizationPage:
    """A page of the active organizations, from 1, newest first; Unlistable if it is a 500 in so many attempts."""
    failures = count(1)

    def prepare(outcome: Response | ConnectionFault) -> None:
        api.diagnose(outcome)
        if isinstance(outcome, Response) and outcome.status == 500 and next(failures) == attempts:
            raise Unlistable(f"page {page} of {size} organizations each answered 500: {outcome.explain()}")

    path = f"{PREFIX}/organizations?page={page}&page_size={size}&status=ACTIVE"
    request = Request("GET", path, repeatable, patient=True, pace=pace, before_retry=prepare)
    return OrganizationPage(accept(api.call(request)))


def sync_organization(api: AdminApi, slug: str, pace: Pace | None = None) -> Sync | None:
    """Adds what is missing in its dataset; None if the service says that it is unknown or no longer active."""
    path, retry = f"{PREFIX}/organizations/{_quote(slug)}/sync", api.diagnose
    request = Request(
        "POST", path, repeatable, body=SYNC_BODY, attempts=SYNC_ATTEMPTS, patient=True, pace=pace, before_retry=retry
    )
    response = api.call(request)
    return None if _is_gone(response) else Sync(accept(response))


def _is_gone(response: Response) -> bool:
    sentence = GONE.get(response.status)
    # The handler's detail; a proxy's page and the middleware's refusal have none.
    spoken = isinstance(response.member("detail"), (str, dict)) and not response.is_unknown_route
    return sentence is not None and spoken and sentence in response.explain().lower()


def _quote(slug: str) -> str:
    from urllib.parse import quote

    # A dot segment would leave the path although every character of it is permitted.
    return quote(slug, safe="", errors="surrogatepass") if slug.strip(".") else slug.replace(".", "%2E")
