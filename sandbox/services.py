"""The platform that the jobs talk to, on this machine: admin APIs, Supabase and BigQuery."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Self

from runtime.config.environment import Environment
from sandbox.admin_api import AdminState, QuotaRow, serve_admin_api
from sandbox.bigquery.server import BigQuerySandbox
from sandbox.http_server import HttpServer
from sandbox.postgres import Cluster
from sandbox.progress import Progress
from sandbox.supabase import Supabase
from sandbox.supabase.databases import create_project

ORGANIZATIONS = 40
QUOTA_DAYS = 120
RECORDS_A_DAY = 3
Memory = tuple[dict[str, AdminState], dict[str, dict[date, int]]]


@dataclass(frozen=True, slots=True)
class AdminApi:
    """One running admin API: environments with the same address have the same one."""

    state: AdminState
    server: HttpServer


def read_clock() -> datetime:
    """The machine's."""
    return datetime.now(UTC)


class Services:
    """What these environments need, started by `with`, all at the same time.

    What happened to it is kept in `folder`, and is there the next time; without one it goes with the services. They
    live by the clock `now`.
    """

    def __init__(
        self,
        environments: Iterable[Environment],
        folder: Path | None = None,
        *,
        now: Callable[[], datetime] = read_clock,
        progress: Progress | None = None,
    ) -> None:
        self.environments = tuple(environments)
        self._projects = sorted({each.project for each in self.environments})
        self._folder = folder
        self._now = now
        self._progress = progress or Progress(lambda _line: None)
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack, ThreadPoolExecutor() as pool:
            remembered = self._recall()
            cluster = pool.submit(self._start_supabase, stack)
            bigquery = pool.submit(self._start_bigquery, stack, remembered)
            apis = pool.submit(self._start_apis, stack, remembered)
            self.apis, self.bigquery, self.supabase = apis.result(), bigquery.result(), cluster.result()
            if self._folder is not None:
                stack.callback(self._remember)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def api_of(self, environment: Environment) -> AdminApi:
        """The environment's admin API."""
        return self.apis[environment.api_url]

    def variables(self) -> dict[str, str]:
        """What points a job to Supabase and BigQuery, which all environments share here."""
        return {"BIGQUERY_EMULATOR_HOST": self.bigquery.url, "SUPABASE_API_URL": self.supabase.url}

    def secrets_of(self, environment: Environment) -> dict[str, str]:
        """The keys that let its jobs in, by variable."""
        return {
            "CA_ROOT_API_KEY": str(self.api_of(environment).state.key),
            "SUPABASE_ACCESS_TOKEN": self.supabase.token,
        }

    def reset(self) -> None:
        """Makes everything as new; what goes wrong at the moment goes on doing so."""
        for url, api in self.apis.items():
            _overwrite(api.state, self._make_state(url))
        for project in self._projects:
            self.bigquery.usage.clear(project)
            self.bigquery.usage.add(project, self._make_records())
        for ref in self.supabase.projects:
            self.supabase.cluster.drop_database(ref)
            create_project(self.supabase.cluster, ref)

    def _start_apis(self, stack: ExitStack, remembered: Memory | None) -> dict[str, AdminApi]:
        with self._progress.step("admin APIs"):
            apis = {}
            for url in dict.fromkeys(each.api_url for each in self.environments):
                state = remembered[0][url] if remembered else self._make_state(url)
                state.now = self._now
                apis[url] = AdminApi(state, stack.enter_context(serve_admin_api(state)))
            return apis

    def _start_bigquery(self, stack: ExitStack, remembered: Memory | None) -> BigQuerySandbox:
        with self._progress.step("BigQuery"):
            bigquery = stack.enter_context(BigQuerySandbox(self._projects))
            for project in self._projects:
                bigquery.usage.create(project)
                bigquery.usage.add(project, remembered[1][project] if remembered else self._make_records())
            return bigquery

    def _start_supabase(self, stack: ExitStack) -> Supabase:
        with self._progress.step("PostgreSQL, and Supabase's Management API"):
            cluster = stack.enter_context(Cluster(self._folder and self._folder / "postgres"))
            return stack.enter_context(Supabase(cluster, sorted({each.supabase_ref for each in self.environments})))

    def _make_state(self, url: str) -> AdminState:
        project = next(each.project for each in self.environments if each.api_url == url)
        # Nothing of the project's name is in it: what looks like a part of a key is masked in a job's log.
        key = f"sandbox-{sha256(project.encode()).hexdigest()[:24]}"
        state = AdminState(key=key, now=self._now)
        state.add_organizations(*(name_organization(number) for number in range(ORGANIZATIONS)))
        state.organizations[name_organization(7)].due_alerts = ["cost_threshold", "budget_percent"]
        state.quota.rows[name_organization(11), self._now().date()] = QuotaRow(running=3)
        return state

    def _make_records(self) -> dict[date, int]:
        today = self._now().date()
        return {today - timedelta(days): RECORDS_A_DAY for days in range(QUOTA_DAYS)}

    def _recall(self) -> Memory | None:
        if self._folder is None or not (self._folder / "platform.pickle").exists():
            return None
        memory: Memory = pickle.loads((self._folder / "platform.pickle").read_bytes())
        return memory

    def _remember(self) -> None:
        assert self._folder is not None
        for api in self.apis.values():
            api.state.now = read_clock
        states = {url: api.state for url, api in self.apis.items()}
        records = {project: self.bigquery.usage.records(project) for project in self._projects}
        (self._folder / "platform.pickle").write_bytes(pickle.dumps((states, records)))


def name_organization(number: int) -> str:
    """The slug of the organization with that number, counted from 0."""
    return f"org_{number:03d}"


def _overwrite(state: AdminState, fresh: AdminState) -> None:
    for field in fields(AdminState):
        setattr(state, field.name, getattr(fresh, field.name))
