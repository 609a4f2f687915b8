"""The platform that the jobs talk to, on this machine: admin API, Supabase and BigQuery, with a memory."""

from __future__ import annotations

import pickle
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from sandbox.admin_api import AdminState, QuotaRow, serve_admin_api
from sandbox.bigquery.server import BigQuerySandbox
from sandbox.postgres import Cluster
from sandbox.supabase import Supabase

ORGANIZATIONS = 40
QUOTA_DAYS = 120
RECORDS_A_DAY = 3


class Services:
    """Started by `with`. What happened to the platform is kept in `folder` and is there the next time."""

    def __init__(self, folder: Path, project: str, supabase_ref: str) -> None:
        self._folder = folder
        self._project = project
        self._reference = supabase_ref
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            self.admin, records = self._recall()
            self.admin_api = stack.enter_context(serve_admin_api(self.admin))
            self.bigquery = stack.enter_context(BigQuerySandbox([self._project]))
            self.bigquery.usage.create(self._project)
            self.bigquery.usage.add(self._project, records)
            cluster = stack.enter_context(Cluster(self._folder / "postgres"))
            self.supabase = stack.enter_context(Supabase(cluster, [self._reference]))
            stack.callback(self._remember)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def variables(self) -> dict[str, str]:
        """What points a job to these services and lets it in."""
        return {
            "API_SERVICE_URL": self.admin_api.url,
            "BIGQUERY_EMULATOR_HOST": self.bigquery.url,
            "CA_ROOT_API_KEY": str(self.admin.key),
            "SUPABASE_ACCESS_TOKEN": self.supabase.token,
            "SUPABASE_API_URL": self.supabase.url,
        }

    @property
    def _memory(self) -> Path:
        return self._folder / "platform.pickle"

    def _recall(self) -> tuple[AdminState, dict[date, int]]:
        if self._memory.exists():
            admin, records = pickle.loads(self._memory.read_bytes())
            return admin, records
        admin = AdminState()
        admin.add_organizations(*(f"org_{number:03d}" for number in range(ORGANIZATIONS)))
        today = datetime.now(UTC).date()
        admin.organizations["org_007"].due_alerts = ["cost_threshold", "budget_percent"]
        admin.quota.rows["org_011", today] = QuotaRow(running=3)
        return admin, {today - timedelta(days): RECORDS_A_DAY for days in range(QUOTA_DAYS)}

    def _remember(self) -> None:
        self._memory.write_bytes(pickle.dumps((self.admin, self.bigquery.usage.records(self._project))))
