"""The executions of this run's own Cloud Run job, as the Admin API lists them."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote

from runtime.config.json_reader import Fields, describe
from runtime.net.endpoint import Endpoint
from runtime.net.request import Request
from runtime.net.retry_policy import REPEATABLE
from runtime.process.errors import JobError, UnexpectedAnswer
from runtime.process.secret import Secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from runtime.context import Context
    from runtime.net.client import HttpClient

TOKEN_PATH = "/computeMetadata/v1/instance/service-accounts/default/token"  # noqa: S105 - a path, no token
PAGE_SIZE = 100
# Cloud Run keeps the last 1,000 executions.
MAX_PAGES = 10
ATTEMPTS = 3
ANSWER_SECONDS = 10.0


class Execution:
    """One execution; `finished` is None while it runs, `arguments` are those of its container."""

    __slots__ = ("arguments", "created", "finished", "name", "succeeded")

    def __init__(self, fields: Fields) -> None:
        self.name = fields.text("name").rpartition("/")[2]
        self.created = _read_time(fields, "createTime")
        self.finished = _read_time(fields, "completionTime") if fields.text("completionTime", "") else None
        tasks = fields.number("taskCount", 1)
        self.succeeded = self.finished is not None and fields.number("succeededCount", 0) >= tasks
        containers = Fields(fields.members("template", {}), fields.where, UnexpectedAnswer).items("containers", [])
        self.arguments = tuple(argument for container in containers for argument in container.texts("args", []))

    def is_earlier_than(self, other: Execution) -> bool:
        """By creation, by name if that is the same."""
        return (self.created, self.name) < (other.created, other.name)

    def was_running_at(self, moment: datetime) -> bool:
        """Created before and not finished at that moment: this does not change later, for any caller."""
        return self.finished is None or self.finished > moment


def list_executions(context: Context, job_name: str | None = None) -> list[Execution]:
    """All executions of a Cloud Run job, by default this process's own. Raises JobError if they cannot be listed."""
    settings = context.settings
    client = context.http(
        settings.run_api or Endpoint(True, "run.googleapis.com", 443),
        {"Authorization": ("Bearer ", _fetch_token(context))},
    )
    path = (
        f"/v2/projects/{settings.project}/locations/{settings.region}/jobs/{job_name or settings.job_name}/executions"
    )
    return list(_read_pages(client, f"{path}?pageSize={PAGE_SIZE}"))


def _read_pages(client: HttpClient, path: str) -> Iterator[Execution]:
    token = ""
    for _ in range(MAX_PAGES):
        page = f"{path}&pageToken={quote(token, safe='')}" if token else path
        response = client.call(Request("GET", page, REPEATABLE, seconds=ANSWER_SECONDS, attempts=ATTEMPTS))
        if response.status != 200:
            raise JobError(f"{response.call} answered {response.status}: {response.explain()}")
        fields = Fields(response.json(), response.call, UnexpectedAnswer)
        for entry in fields.items("executions", []):
            yield Execution(entry)
        token = fields.text("nextPageToken", "")
        if not token:
            return


def _fetch_token(context: Context) -> Secret:
    metadata = context.settings.metadata
    if metadata is None:
        raise JobError("there is no metadata server to ask for a token")
    request = Request("GET", TOKEN_PATH, REPEATABLE, seconds=ANSWER_SECONDS, attempts=ATTEMPTS)
    flavor = Secret("Google", "Metadata-Flavor")
    response = context.http(metadata, {"Metadata-Flavor": ("", flavor)}).call(request)
    if response.status != 200:
        raise JobError(f"{response.call} answered {response.status}")
    token = Secret(Fields(response.json(), response.call, UnexpectedAnswer).text("access_token"), "access_token")
    context.hide(token)
    return token


def _read_time(fields: Fields, name: str) -> datetime:
    text = fields.text(name)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UnexpectedAnswer(f"{fields.where}: {name} is {describe(text)}, not a point in time") from error
    if moment.tzinfo is None:
        raise UnexpectedAnswer(f"{fields.where}: {name} is {describe(text)}, a time without a zone")
    return moment
