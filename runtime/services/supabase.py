"""SQL through Supabase's Management API: a request is one simple query, in one transaction of its own."""

from __future__ import annotations

import json
import re

from runtime.net.client import NoAnswer, Request
from runtime.net.retry_policy import GATEWAY_STATUSES, UNSENT, RetryPolicy
from runtime.process.errors import JobError, TransientError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from runtime.context import Context
    from runtime.net.client import HttpClient
    from runtime.net.response import Response

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
_SQL_ERROR = re.compile(r"(?:Failed to run sql query: )?ERROR:\s+([0-9A-Z]{5}): ")
_LINE = re.compile(r"^LINE (\d+): .*\n(?:\s*\^\s*(?:\n|\Z))?", re.MULTILINE)
# Connection exceptions and operator interventions: the transaction's end may have been reported to nobody.
_UNCLEAR_CLASSES = ("08", "57")


class SqlError(JobError):
    """PostgreSQL refused the query and kept nothing of it. `line` counts within the query, None where unknown."""

    def __init__(self, sqlstate: str, text: str, line: int | None) -> None:
        super().__init__(f"SQLSTATE {sqlstate}: {text}")
        self.sqlstate = sqlstate
        self.text = text
        self.line = line


class FateUnknown(TransientError):
    """No answer that tells whether the query was carried out; the server may still be at work on it."""


class SupabaseDatabase:
    """One project's database."""

    __slots__ = ("_http", "_path")

    def __init__(self, http: HttpClient, ref: str) -> None:
        """`ref` is the project's."""
        self._http = http
        self._path = f"/v1/projects/{ref}/database/query"

    @staticmethod
    def of(context: Context) -> SupabaseDatabase:
        """The database of the run's settings."""
        settings = context.settings
        http = context.http(
            settings.supabase, {"Authorization": ("Bearer ", settings.secrets["SUPABASE_ACCESS_TOKEN"])}
        )
        return SupabaseDatabase(http, settings.supabase_ref)

    def read(self, query: str) -> list[object]:
        """The rows of a query that changes nothing, asked again until it is answered.

        Raises SqlError, TransientError if attempts or time have run out, JobError for a refusal.
        """
        return self._send(query, READ)

    def execute(self, query: str) -> list[object]:
        """The rows of a query that is sent once, whatever it changes.

        Raises SqlError (nothing was kept), FateUnknown, TransientError (not sent), JobError for a refusal.
        """
        try:
            return self._send(query, UNSENT)
        except NoAnswer as error:
            raise FateUnknown(error.problem) from error

    def _send(self, query: str, policy: RetryPolicy) -> list[object]:
        return read_rows(self._http.call(Request("POST", self._path, policy, body=encode(query), seconds=SECONDS)))


def encode(query: str) -> bytes:
    """The request's body."""
    return json.dumps({"query": query}, ensure_ascii=False).encode()


def read_rows(response: Response) -> list[object]:
    """What a response says became of the query; raises as SupabaseDatabase.execute does."""
    if response.status in (200, 201):
        rows = response.parse()
        if isinstance(rows, list):
            return rows
    if response.status == 400:
        error = parse_sql_error(response.member("message"))
        if error is not None and error.sqlstate[:2] not in _UNCLEAR_CLASSES:
            raise error
    problem = f"{response.call} answered {response.status}: {_explain(response)}"
    if response.status in _REMEDIES:
        raise JobError(problem, _REMEDIES[response.status])
    if 300 <= response.status < 500 and response.status not in (400, 408, 425):
        raise JobError(problem, "check SUPABASE_API_URL; else it is a change of the Management API")
    raise FateUnknown(problem, "run the job again once the service is well")


def _is_unclear(response: Response) -> bool:
    try:
        read_rows(response)
    except FateUnknown:
        return True
    except JobError:
        return False
    return False


# A read whose connection to the database was lost gets a 400 that looks like a refusal.
READ = RetryPolicy(GATEWAY_STATUSES, passes=_is_unclear)


def parse_sql_error(message: object) -> SqlError | None:
    """The error in the service's text, None where it bears no SQLSTATE or ended the connection (FATAL)."""
    found = _SQL_ERROR.match(message) if isinstance(message, str) else None
    if found is None or not isinstance(message, str):
        return None
    place = _LINE.search(message)
    # With a QUERY the line is one of a function's own text, not of what was sent.
    line = int(place[1]) if place and "\nQUERY:" not in message else None
    return SqlError(found[1], " ".join(_LINE.sub("", message[found.end() :]).split()), line)


def _explain(response: Response) -> str:
    message = response.member("message")
    return " ".join(message.split()) if isinstance(message, str) else response.excerpt()
