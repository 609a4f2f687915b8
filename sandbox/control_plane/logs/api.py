"""Cloud Logging v2: reading entries."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import datetime, timedelta

from google.cloud.logging_v2.types import ListLogEntriesRequest, ListLogEntriesResponse

from sandbox.control_plane.identity.access import Access
from sandbox.control_plane.logs.query import parse_filter
from sandbox.control_plane.logs.store import LogStore
from sandbox.control_plane.messages import page
from sandbox.control_plane.methods import Method
from sandbox.control_plane.problems import ApiError, refuse_argument
from sandbox.control_plane.timeline import Timeline
from sandbox.control_plane.world.world import World

# https://cloud.google.com/logging/quotas: entries.list requests per minute and project.
READS_PER_MINUTE = 60
ORDERS = {"": False, "timestamp asc": False, "timestamp desc": True}


class LoggingApi:
    """Counts reads per project; set `reads_per_minute` higher if the clock runs faster than a person's."""

    def __init__(self, world: World, access: Access, timeline: Timeline, logs: LogStore) -> None:
        self._world = world
        self._access = access
        self._timeline = timeline
        self._logs = logs
        self._reads: dict[str, deque[datetime]] = {}
        self._tokens: dict[str, tuple[str, ...]] = {}
        self.reads_per_minute = READS_PER_MINUTE

    def methods(self) -> Iterator[Method]:
        """What is served: Google's client library has no generated REST transport for this API."""
        yield Method("POST", "/v2/entries:list", "*", ListLogEntriesRequest, self._list_entries)

    def _list_entries(self, caller: str, request: ListLogEntriesRequest) -> ListLogEntriesResponse:
        projects = [self._read_project(name) for name in request.resource_names]
        if not projects:
            raise refuse_argument("At least one resource name is required.")
        if request.order_by not in ORDERS:
            raise refuse_argument(f"Invalid orderBy: {request.order_by!r}.")
        for project in projects:
            self._access.require(caller, "logging.logEntries.list", f"projects/{project}")
            self._count_read(project)
        matches = parse_filter(request.filter)
        names = tuple(f"projects/{project}/" for project in projects)
        found = [line for line in self._logs.lines if line.log_name.startswith(names) and matches(line)]
        found.sort(key=lambda line: line.timestamp, reverse=ORDERS[request.order_by])
        self._check_token(request)
        shown, token = page(found, request.page_size, request.page_token, default=50, limit=1000)
        if token:
            self._tokens[token] = _signature(request)
        return ListLogEntriesResponse(entries=[line.entry for line in shown], next_page_token=token)

    def _check_token(self, request: ListLogEntriesRequest) -> None:
        if request.page_token and self._tokens.get(request.page_token) != _signature(request):
            raise refuse_argument("page_token doesn't match arguments from the request")

    def _read_project(self, name: str) -> str:
        kind, _, project = name.partition("/")
        if kind != "projects" or not project or "/" in project:
            raise refuse_argument(f"Invalid resource name: {name!r}.")
        return self._world.resolve_project(project)

    def _count_read(self, project: str) -> None:
        reads, now = self._reads.setdefault(project, deque()), self._timeline.now()
        while reads and now - reads[0] >= timedelta(minutes=1):
            reads.popleft()
        if len(reads) >= self.reads_per_minute:
            message = (
                "Quota exceeded for quota metric 'Read requests' and limit 'Read requests per minute' of service "
                f"'logging.googleapis.com' for consumer 'project_number:{self._world.projects[project]}'."
            )
            raise ApiError("RESOURCE_EXHAUSTED", message)
        reads.append(now)


def _signature(request: ListLogEntriesRequest) -> tuple[str, ...]:
    return (*request.resource_names, request.filter, request.order_by)
