"""An organization: its standing, its dataset, and which of its alerts are due."""

from __future__ import annotations

from dataclasses import dataclass, field

ORGANIZATION_TABLES = ("org_cost_data", "org_hierarchy", "org_notification_rules", "org_pipeline_runs")
ORGANIZATION_VIEWS = ("x_org_hierarchy", "x_pipeline_runs")


@dataclass(slots=True)
class Organization:
    """One organization. Its dataset exists from the start, without tables until the first sync.

    `created_at` orders the list: those of one moment have no fixed order. Without a `default_currency` every
    page that holds it is a 500; the service makes such organizations itself. `sync_errors` make its syncs PARTIAL.
    `due_alerts` are the types that trigger, whether or not `alert_error` says why one more cannot be evaluated;
    unless `delivers`, what triggers reaches nobody, which the service only writes to its log.
    """

    slug: str
    status: str = "ACTIVE"
    created_at: int = 0
    default_currency: str | None = "USD"
    syncs: int = 0
    tables: set[str] = field(default_factory=set)
    views: set[str] = field(default_factory=set)
    sync_errors: list[str] = field(default_factory=list)
    due_alerts: list[str] = field(default_factory=list)
    alert_error: str = ""
    delivers: bool = True

    @property
    def active(self) -> bool:
        """Whether it is synced, billed and watched."""
        return self.status == "ACTIVE"

    @property
    def synced(self) -> bool:
        """Whether its dataset is complete."""
        return self.tables == set(ORGANIZATION_TABLES)

    def create_tables(self) -> list[str]:
        """Creates what is missing; the names of what was."""
        missing = [name for name in ORGANIZATION_TABLES if name not in self.tables]
        self.tables.update(missing)
        return missing

    def create_views(self) -> list[str]:
        """Creates all views anew; their names."""
        self.views = set(ORGANIZATION_VIEWS)
        return list(ORGANIZATION_VIEWS)
