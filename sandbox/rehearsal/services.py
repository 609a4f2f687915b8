"""The platform that scheduled jobs work on: organizations that come to work every day."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from sandbox.admin_api import AdminState, QuotaRow, serve_admin_api
from sandbox.bigquery.server import BigQuerySandbox
from sandbox.faults import Fault
from sandbox.faults import Kind as Wire
from sandbox.rehearsal.mishaps import Kind
from sandbox.rehearsal.period import Period

ORGANIZATIONS = 40
RECORDED_DAYS = 120
PAGE_OF_A_PROXY = "<html><head><title>503 Service Unavailable</title></head></html>"
# What is switched on at the stand-ins; a slow answer is the clock's affair.
FAULTS = {
    Kind.BURST: Fault(Wire.RESPOND, count=3, body=PAGE_OF_A_PROXY),
    Kind.LOST: Fault(Wire.RESET, handled=True),
    Kind.DOWN: Fault(Wire.RESPOND, count=None, body=PAGE_OF_A_PROXY),
}


class RehearsedServices:
    """The admin API and BigQuery. Started by `with`; each run lets them `enter` its own time."""

    def __init__(self, project: str, period: Period) -> None:
        self._project = project
        self._start = period.start
        self._days = iter(period.list_days())
        self._next: datetime | None = next(self._days)
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self.admin = AdminState(now=lambda: self._start, quota_prefix="/admin/quota")
        self.admin.bootstrap()
        self.admin.add_organizations(*(f"org_{number:03d}" for number in range(ORGANIZATIONS)))
        with ExitStack() as stack:
            self.api = stack.enter_context(serve_admin_api(self.admin))
            self.bigquery = stack.enter_context(BigQuerySandbox([self._project]))
            self.bigquery.usage.create(self._project)
            before = [(self._start - timedelta(days)).date() for days in range(1, RECORDED_DAYS + 1)]
            self.bigquery.usage.add(self._project, dict.fromkeys(before, ORGANIZATIONS))
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def enter(self, now: Callable[[], datetime]) -> None:
        """Goes by this clock from now on; the days that have begun since are lived through."""
        self.admin.now = now
        while self._next is not None and self._next <= now():
            self._live_through(self._next)
            self._next = next(self._days, None)

    def switch_on(self, mishaps: list[Kind]) -> None:
        """From now on these go wrong and nothing else."""
        for server in (self.api, self.bigquery.http):
            server.faults.clear()
            for kind in mishaps:
                if kind in FAULTS:
                    server.faults.add(FAULTS[kind])

    def _live_through(self, day: datetime) -> None:
        """What the organizations leave behind in a day: records, a run that got stuck, a cost alert now and then."""
        number = day.toordinal()
        self.bigquery.usage.add(self._project, {day.date(): ORGANIZATIONS})
        stuck, alarmed = f"org_{number * 7 % ORGANIZATIONS:03d}", f"org_{number * 11 % ORGANIZATIONS:03d}"
        self.admin.quota.rows[stuck, day.date()] = QuotaRow(running=3, truly_running=1)
        for organization in self.admin.organizations.values():
            organization.due_alerts = ["budget_percent"] if organization.slug == alarmed and number % 3 else []
