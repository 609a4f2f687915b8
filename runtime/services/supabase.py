"""SQL through Supabase's Management API: a request is one simple query, in its own transaction."""

from __future__ import annotations

import json

from runtime.net.client import HttpClient, NoAnswer
from runtime.net.faults import ConnectionFault
from runtime.net.request import Request
from runtime.net.response import Response
from runtime.net.retry import MAX_ATTEMPTS, RUN_LATER
from runtime.net.retry_policy import RetryPolicy, repeatable, unsent
from runtime.process.errors import JobError, TransientError
from runtime.services.sql_error import CANCELED, SqlError, parse_sql_error

# The gateway gives up after about 55 s; what takes longer than this is not going to be answered.
SECONDS = 90.0
# The service takes bodies of about 1 to 3 MB; the least of it always passes.
BODY_LIMIT = 1_000_000

_REMEDIES = {
    401: "store a valid access token of the Supabase account under the environment's secret name",
    403: "use an access token of an account that may administer this project",
    404: "correct SUPABASE_PROJECT_REF, or supabase_ref in environments.json",
    413: "split the migration into smaller files",
    540: "the project is paused: restore it in the Supabase dashboard, then run the job again",
}
# If an answer never comes, or one like these, the gateway has given up while the statement ran on.
TIMEOUT_STATUSES = frozenset((408, 504, 522, 524, 544))
TIMEOUT_SECONDS = 50.0


class FateUnknown(TransientError):
    """No answer that tells whether the query was carried out; the server may still be at work on it.

    `seconds`: how long it took, `is_timeout`: the gateway gave up waiting for the server.
    """

    def __init__(self, problem: str, seconds: float = 0.0, status: int | None = None) -> None:
        super().__init__(problem, RUN_LATER)
        self.seconds = seconds
        late = seconds > TIMEOUT_SECONDS and (status is None or status >= 500)
        self.is_timeout = late or status in TIMEOUT_STATUSES


class SupabaseDatabase:
    """One project's database."""

    def __init__(self, http: HttpClient, ref: str, *, seconds: float = SECONDS, attempts: int = MAX_ATTEMPTS) -> None:
        """`ref` is the project's; `seconds` is the deadline of one attempt."""
        self._http = http
        self._seconds = seconds
        self._attempts = attempts
        self._path = f"/v1/projects/{ref}/database/query"

    def read(self, query: str) -> list[object]:
        """The rows of a query that changes nothing, asked again until it is answered.

        Raises SqlError, TransientError if attempts or time have run out, JobError for a refusal.
        """
        return self._send(query, is_unclear)

    def execute(self, query: str) -> list[object]:
        """The rows of a query that is sent once, so it may change anything.

        Raises SqlError (nothing was kept), FateUnknown, TransientError (not sent), JobError for a refusal.
        """
        try:
            return self._send(query, unsent)
        except NoAnswer as error:
            raise FateUnknown(error.problem, error.seconds) from error

    def _send(self, query: str, policy: RetryPolicy) -> list[object]:
        request = Request(
            "POST", self._path, policy, body=encode(query), seconds=self._seconds, attempts=self._attempts
        )
        return read_rows(self._http.call(request), query)


def encode(query: str) -> bytes:
    """The request's body."""
    return json.dumps({"query": query}, ensure_ascii=False).encode()


def read_rows(response: Response, query: str) -> list[object]:
    """What a response says became of the query; raises as SupabaseDatabase.execute does."""
    if response.status in (200, 201):
        rows = response.parse()
        if isinstance(rows, list):
            return rows
    if response.status == 400 and (error := parse_sql_error(response.member("message"), query)):
        raise error
    problem = f"{response.call} answered {response.status}: {response.explain()}"
    if response.status in _REMEDIES:
        raise JobError(problem, _REMEDIES[response.status])
    if 300 <= response.status < 500 and response.status not in (400, 408, 425):
        raise JobError(problem, "check SUPABASE_API_URL; else it is a change of the Management API")
    raise FateUnknown(problem, response.seconds, response.status)


def is_unclear(outcome: Response | ConnectionFault) -> bool:
    """After what a query that changes nothing is asked again."""
    if isinstance(outcome, ConnectionFault) or repeatable(outcome):
        return repeatable(outcome)
    try:
        # A lost connection to the database is a 400 that looks like a refusal.
        read_rows(outcome, "")
    except SqlError as error:
        return error.sqlstate in CANCELED
    except JobError as error:
        return isinstance(error, FateUnknown)
    return False
