"""The request bodies. As the service does, they take unknown fields; these are violations anyway."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from sandbox.admin_api.state import AdminState

ALERT_TYPES = (
    "cost_threshold",
    "absolute_threshold",
    "budget_percent",
    "budget_forecast",
    "hierarchy_budget",
    "anomaly_percent_change",
    "anomaly_std_deviation",
)


class Body(BaseModel):
    """A JSON object."""

    model_config = ConfigDict(extra="allow")

    def note_violations(self, state: AdminState) -> None:
        """Records what the service takes and no client of ours may send."""
        state.violations += [f"{type(self).__name__}: unknown field {name}" for name in self.model_extra or {}]


class BootstrapBody(Body):
    """Both flags destroy data."""

    force_recreate_dataset: bool = False
    force_recreate_tables: bool = False

    def note_violations(self, state: AdminState) -> None:
        """A true flag is the gravest violation there is."""
        super().note_violations(state)
        flags = ("force_recreate_dataset", "force_recreate_tables")
        state.violations += [f"BootstrapBody: {flag} is true" for flag in flags if getattr(self, flag)]


class SyncBody(Body):
    """What a sync may add."""

    sync_missing_tables: bool = True
    sync_missing_columns: bool = False


class OrganizationSyncBody(SyncBody):
    """An organization's sync can renew its views as well."""

    recreate_views: bool = False


class AlertsBody(Body):
    """Whose alerts are evaluated, which ones, and whether anybody is told."""

    org_slug: str | None = None
    alert_types: list[str] = list(ALERT_TYPES)
    send_notifications: bool = True
    dry_run: bool = False

    def note_violations(self, state: AdminState) -> None:
        """Types that do not exist are silently never due."""
        super().note_violations(state)
        unknown = [each for each in self.alert_types if each not in ALERT_TYPES]
        state.violations += [f"AlertsBody: unknown alert type {each}" for each in unknown]
