"""The platform's dataset of meta tables: what is expected of it, what is there, and how it is synced."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

COLUMNS = frozenset({"org_slug", "created_at", "updated_at"})
_SUBJECTS = """
    alert_history api_keys audit_logs budget_allocations budgets chat_conversations chat_messages chat_settings
    chat_tool_calls cost_tracking hierarchy hierarchy_levels idempotency_keys integration_credentials kms_keys
    meta_dq_results meta_pipeline_runs meta_state_transitions meta_step_logs notification_channels
    notification_history notification_rules notification_summaries pipeline_configs pipeline_execution_queue profiles
    scheduled_alerts scheduled_pipeline_runs subscriptions usage_quotas
"""
META_TABLES = tuple(f"org_{subject}" for subject in _SUBJECTS.split())


@dataclass(frozen=True, slots=True)
class Change:
    """What one creation or sync did."""

    tables_created: list[str]
    columns_added: dict[str, list[str]]
    errors: list[str]


@dataclass(slots=True)
class MetaDataset:
    """The dataset: `tables` by name with their columns, None while it does not exist.

    Tables named in `stuck` can be neither created nor altered.
    """

    tables: dict[str, set[str]] | None = None
    stuck: set[str] = field(default_factory=set)

    def missing_tables(self) -> list[str]:
        """Expected, but not there."""
        return [name for name in META_TABLES if name not in (self.tables or {})]

    def extra_tables(self) -> list[str]:
        """There, but not expected."""
        return [name for name in self.tables or {} if name not in META_TABLES]

    def schema_diffs(self) -> dict[str, dict[str, list[str]]]:
        """The expected tables whose columns are not those expected."""
        return {
            name: {"missing_columns": sorted(COLUMNS - columns), "extra_columns": sorted(columns - COLUMNS)}
            for name, columns in self._expected()
            if columns != COLUMNS
        }

    def sync(self, *, tables: bool, columns: bool) -> Change:
        """Adds what is missing and may be added; never removes."""
        if self.tables is None:
            self.tables = {}
        change = Change([], {}, [])
        if columns:
            self._add_columns(change)
        if tables:
            self._create_tables(change)
        return change

    def _create_tables(self, change: Change) -> None:
        for name in self.missing_tables():
            if name in self.stuck:
                change.errors.append(f"Failed to create {name}: 403 Access Denied")
            elif self.tables is not None:
                self.tables[name] = set(COLUMNS)
                change.tables_created.append(name)

    def _add_columns(self, change: Change) -> None:
        for name, present in self._expected():
            missing = sorted(COLUMNS - present)
            if missing and name in self.stuck:
                change.errors.extend(
                    f"Failed to add column {column} to {name}: 403 Access Denied" for column in missing
                )
            elif missing:
                present |= COLUMNS
                change.columns_added[name] = missing

    def _expected(self) -> Iterator[tuple[str, set[str]]]:
        return ((name, columns) for name, columns in (self.tables or {}).items() if name in META_TABLES)
