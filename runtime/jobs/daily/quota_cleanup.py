"""quota-cleanup: deletes quota records that are older than the retention, directly in BigQuery."""

from __future__ import annotations

from datetime import timedelta

from runtime.context import Context
from runtime.process.outcome import Outcome
from runtime.services.google_clients import prepare_google_client


def run(context: Context) -> Outcome:
    """Deletes the records of days before the cutoff, or with --dry-run counts them. Safe to repeat."""
    prepare_google_client("google.cloud.bigquery")
    from runtime.services.bigquery import QuotaTable

    settings = context.settings
    days = settings.days_to_keep
    # A day in UTC, and the oldest that stays: a record exactly so many days old is kept.
    cutoff = context.clock.now().date() - timedelta(days)
    table = QuotaTable(
        settings.project,
        settings.bigquery_emulator_host,
        clock=context.clock,
        log=context.log,
        deadline=context.deadline,
    )
    details = {"table": table.name, "days_to_keep": days, "oldest_day_kept": cutoff.isoformat()}
    if "--dry-run" in context.options:
        return Outcome("done", {"to_delete": table.count_before(cutoff)}, details={**details, "dry_run": True})
    return Outcome("done", {"deleted": table.delete_before(cutoff)}, details=details)
