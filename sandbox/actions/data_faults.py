"""What can be wrong with a service's data: organizations, tables, migrations. Each function gives back what ends it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

from sandbox.bigquery.errors import ApiError, not_found
from sandbox.bigquery.quota_usage import DATASET, TABLE
from sandbox.faults import Fault, Kind
from sandbox.local_cloud import LocalCloud
from sandbox.services import name_organization
from sandbox.terraform_provider.installation import CHECKOUT

Undo = Callable[[], None]
FAILING = name_organization(3)
STUCK = "org_budgets"
BAD_MIGRATION = "99_bad.sql"
BAD_SQL = """\
-- What this file refers to does not exist.
ALTER TABLE public.no_such_table ADD COLUMN note text;
"""
# The next run finds tables and nothing that says where they come from.
HIDE_TRACKING = "ALTER TABLE IF EXISTS public.schema_migrations SET SCHEMA storage"
# Unless `migrate --baseline` has made a new one in the meantime.
RESTORE_TRACKING = """
DO $$ BEGIN
  IF to_regclass('public.schema_migrations') IS NULL THEN
    ALTER TABLE IF EXISTS storage.schema_migrations SET SCHEMA public;
  ELSE
    DROP TABLE IF EXISTS storage.schema_migrations;
  END IF;
END $$
"""
QUOTA_EXCEEDED = ApiError(403, "quotaExceeded", "Quota exceeded: Your table exceeded quota for partition modifications")


def fail_organization(cloud: LocalCloud) -> Undo:
    """Its syncs are partial, and one of its alerts cannot be evaluated."""
    found = [api.state.organizations[FAILING] for api in cloud.services.apis.values()]

    def put(sync_errors: list[str], alert_error: str) -> None:
        for each in found:
            each.sync_errors, each.alert_error = sync_errors, alert_error

    put(["Failed to create view x_pipeline_runs: 403 Access Denied"], "budget_percent: division by zero")
    return partial(put, [], "")


def deliver_nothing(cloud: LocalCloud) -> Undo:
    """Alerts trigger, and their notifications reach nobody."""
    found = [each for api in cloud.services.apis.values() for each in api.state.organizations.values()]

    def put(*, delivers: bool) -> None:
        for each in found:
            each.delivers = delivers

    put(delivers=False)
    return partial(put, delivers=True)


def block_table(cloud: LocalCloud) -> Undo:
    """A meta table is missing, and cannot be created."""
    datasets = [api.state.meta for api in cloud.services.apis.values()]
    for each in datasets:
        each.stuck.add(STUCK)
        (each.tables or {}).pop(STUCK, None)

    def undo() -> None:
        for each in datasets:
            each.stuck.discard(STUCK)

    return undo


def hide_tracking_table(cloud: LocalCloud) -> Undo:
    """The tables stay."""
    supabase = cloud.services.supabase

    def run(query: str) -> None:
        for ref in supabase.projects:
            supabase.select(query, ref)

    run(HIDE_TRACKING)
    return partial(run, RESTORE_TRACKING)


def add_bad_migration(cloud: LocalCloud) -> Undo:
    """One more file in the sandbox's checkout, whose first statement fails; the real folder is not touched."""
    folder = cloud.estate.checkout.folder / "migrations"
    real = CHECKOUT / "migrations"
    _replace(folder, lambda: folder.mkdir())
    for file in real.iterdir():
        (folder / file.name).symlink_to(file)
    (folder / BAD_MIGRATION).write_text(BAD_SQL, encoding="utf-8")
    return partial(_replace, folder, lambda: folder.symlink_to(real))


def _replace(folder: Path, make: Callable[[], None]) -> None:
    if folder.is_symlink():
        folder.unlink()
    else:
        shutil.rmtree(folder)
    make()


def drop_quota_table(cloud: LocalCloud) -> list[Fault]:
    """What BigQuery answers about a table that is not there."""
    return [
        _refuse(not_found(f"Table {project}:{DATASET}.{TABLE}"), project)
        for project in sorted({each.project for each in cloud.catalog.environments.values()})
    ]


def use_up_quota(_cloud: LocalCloud) -> list[Fault]:
    """What BigQuery answers when the project's quota is used up."""
    return [_refuse(QUOTA_EXCEEDED)]


def _refuse(error: ApiError, project: str = "") -> Fault:
    path = f"/bigquery/v2/projects/{project}"
    return Fault(Kind.RESPOND, "POST", path, count=None, status=error.code, body=error.body())
