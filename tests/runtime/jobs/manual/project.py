"""A folder of migrations and the project they are for, at hand for a test."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from runtime.net.transport import UrllibTransport, WireRequest
from runtime.run import Run
from sandbox.supabase import Supabase
from tests.support.job_run import JobRun
from tests.support.records import Records
from tests.support.virtual_clock import VirtualClock

FIRST = "01_runs.sql"


class Overtaken(UrllibTransport):
    """Lets something else happen before a request goes out, that of the given number, from 0."""

    def __init__(self, request_number: int, happen: Callable[[], object]) -> None:
        super().__init__()
        self._left = request_number
        self._happen = happen

    def send(self, request: WireRequest, seconds: float) -> tuple[int, Mapping[str, str], bytes]:
        if self._left == 0:
            self._happen()
        self._left -= 1
        return super().send(request, seconds)


@dataclass(slots=True)
class Project:
    """Runs the job in this process, on its own clock. `queries` and `changes` count from `forget()`."""

    supabase: Supabase
    folder: Path
    clock: VirtualClock = field(default_factory=VirtualClock)
    forgotten: int = 0

    def begin(self) -> None:
        """Applies a first migration, which creates the table in which the others show that they ran."""
        self.write(FIRST, text="CREATE TABLE public.runs (name text, id serial);")
        assert self.migrate().exit_status == 0
        self.forget()

    def forget(self) -> None:
        """What was sent until now is of no interest."""
        self.forgotten = len(self.supabase.requests)

    def write(self, *names: str, text: str = "INSERT INTO public.runs VALUES ('{name}');") -> None:
        """Migrations that show every run: each has its own content."""
        for name in names:
            self.folder.joinpath(name).write_text(text.replace("{name}", name))

    def migrate(
        self,
        *arguments: str,
        clock: VirtualClock | None = None,
        transport: UrllibTransport | None = None,
        **variables: str,
    ) -> JobRun:
        """One run of the job."""
        clock = clock or self.clock
        log = Records(clock)
        with closing(transport or UrllibTransport()) as network:
            run = Run(self.variables | variables, clock=clock, log=log, transport=network)
            return JobRun(run.execute(["migrate", *arguments]), log)

    @property
    def variables(self) -> dict[str, str]:
        """The environment of the process that Cloud Run would start."""
        return {
            "PATH": os.defpath,
            "GCP_PROJECT_ID": "cloudact-testing-1",
            "ENVIRONMENT": "stage",
            "SUPABASE_ACCESS_TOKEN": self.supabase.token,
            "SUPABASE_API_URL": self.supabase.url,
            "MIGRATIONS_DIR": str(self.folder),
        }

    @property
    def queries(self) -> list[str]:
        """What was sent, in order of arrival."""
        return [request.json()["query"] for request in self.supabase.requests[self.forgotten :]]

    @property
    def changes(self) -> list[str]:
        """What was sent and is no reading of the tracking table: the file's name, or `bookkeeping`."""
        return [query.split()[2] for query in self.queries if query.startswith("/* migrate: ")]

    @property
    def runs(self) -> list[str]:
        """Which files really ran, in order."""
        return [name for (name,) in self.supabase.select("SELECT name FROM public.runs ORDER BY id")]

    @property
    def recorded(self) -> list[str]:
        """Which files are recorded, in order of their names' bytes."""
        query = 'SELECT filename FROM public.schema_migrations ORDER BY filename COLLATE "C"'
        return [name for (name,) in self.supabase.select(query)]


def reset_roles(project: Project) -> None:
    """Roles are the cluster's, not the database's."""
    for role in ("reader", "helper"):
        if project.supabase.select(f"SELECT 1 FROM pg_roles WHERE rolname = '{role}'"):
            project.supabase.select(f"DROP OWNED BY {role}; DROP ROLE {role}")
