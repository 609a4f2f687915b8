"""The executions of a Cloud Run job, as the Admin API describes them."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote

from runtime.net.client import HttpClient
from runtime.net.request import Request
from runtime.net.retry_policy import repeatable
from runtime.process.errors import JobError, UnexpectedAnswer
from runtime.process.secret import Secret
from runtime.services.json_reader import Fields, describe, read_fields

TOKEN_PATH = "/computeMetadata/v1/instance/service-accounts/default/token"  # noqa: S105 - a path, no token
PAGE_SIZE = 100
ATTEMPTS = 3
ANSWER_SECONDS = 10.0


class Execution:
    """One execution; `finished` is None while it runs, `arguments` are those of its container."""

    def __init__(self, fields: Fields) -> None:
        self.name = fields.text("name").rpartition("/")[2]
        self.created = _read_time(fields, "createTime")
        self.finished = _read_time(fields, "completionTime") if fields.text("completionTime", "") else None
        self.tasks = fields.number("taskCount", 1)
        self.succeeded_tasks = fields.number("succeededCount", 0)
        self.succeeded = self.finished is not None and self.succeeded_tasks >= self.tasks
        containers = Fields(fields.members("template", {}), fields.where).items("containers", [])
        self.arguments = tuple(argument for container in containers for argument in container.texts("args", []))


def fetch_token(metadata: HttpClient) -> Secret:
    """A token for this machine's own identity. Raises JobError if there is none."""
    response = metadata.call(Request("GET", TOKEN_PATH, repeatable, seconds=ANSWER_SECONDS, attempts=ATTEMPTS))
    if response.status != 200:
        raise JobError(f"{response.call} answered {response.status}")
    return Secret(read_fields(response).text("access_token"), "access_token")


def list_executions(client: HttpClient, job: str) -> list[Execution]:
    """All executions of a Cloud Run job, named in full. Raises JobError if they cannot be listed."""
    executions: list[Execution] = []
    token = ""
    while True:
        path = f"/v2/{job}/executions?pageSize={PAGE_SIZE}{token and f'&pageToken={token}'}"
        response = client.call(Request("GET", path, repeatable, seconds=ANSWER_SECONDS, attempts=ATTEMPTS))
        if response.status != 200:
            raise JobError(f"{response.call} answered {response.status}: {response.explain()}")
        fields = read_fields(response)
        executions += map(Execution, fields.items("executions", []))
        token = quote(fields.text("nextPageToken", ""), safe="")
        if not token:
            return executions


def _read_time(fields: Fields, name: str) -> datetime:
    text = fields.text(name)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UnexpectedAnswer(f"{fields.where}: {name} is {describe(text)}, not a point in time") from error
    if moment.tzinfo is None:
        raise UnexpectedAnswer(f"{fields.where}: {name} is {describe(text)}, a time without a zone")
    return moment
