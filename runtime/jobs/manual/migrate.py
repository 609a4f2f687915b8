"""Applies the pending SQL migrations, each exactly once, through Supabase's Management API."""

from __future__ import annotations

import os

from runtime.config.catalog import ROOT
from runtime.context import Outcome
from runtime.migration.apply import Applier
from runtime.migration.bookkeeping import adopt, record_all
from runtime.migration.check.script import check_files
from runtime.migration.files import hash_files, read_folder
from runtime.migration.plan import make_plan
from runtime.migration.tracking_table import read_tracking_table
from runtime.process.errors import JobError
from runtime.services.supabase import SupabaseDatabase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from runtime.context import Context
    from runtime.migration.check.script import Script
    from runtime.migration.files import MigrationFile
    from runtime.migration.plan import Plan
    from runtime.migration.tracking_table import TrackingTable

UNTRACKED = (
    "if they came from these very files, run migrate --baseline once: it records every file without running it; "
    "else this is the wrong project"
)


def run(context: Context) -> Outcome:
    """FR-SJ-002.1, FR-SJ-005.4. Sends one request to read, and one for each pending file."""
    files = read_folder(context.settings.migrations_dir or os.path.join(ROOT, "migrations"))
    database = SupabaseDatabase.of(context)
    tracking_table = read_tracking_table(database)
    plan = make_plan(files, tracking_table.rows)
    details = {"migrations_hash": hash_files(files)}
    if context.options.has("--status"):
        return _report(context, tracking_table, plan, details)
    if context.options.has("--baseline"):
        recorded = record_all(database, context, files, tracking_table)
        return Outcome("done", {"recorded": recorded}, details=details)
    _refuse_untracked(tracking_table)
    scripts = _check(context, plan)
    if context.options.has("--dry-run"):
        return _report(context, tracking_table, plan, details)
    _log_findings(context, plan)
    adopt(database, context, tracking_table, plan.renamed)
    return _apply(context, database, plan, scripts, details)


def _report(context: Context, tracking_table: TrackingTable, plan: Plan, details: dict[str, str]) -> Outcome:
    states = {"applied": plan.applied, "pending": plan.pending, "drifted": plan.drifted}
    states["renamed"] = [file for file, _ in plan.renamed]
    state_by_name = {file.name: state for state, files in states.items() for file in files}
    state_by_name |= dict.fromkeys(plan.gone, "gone")
    for name in sorted(state_by_name):
        context.log.info("migration", file=name, state=state_by_name[name])
    reason = f"{_untracked(tracking_table)}: {UNTRACKED}" if tracking_table.is_untracked else ""
    return Outcome(plan.status, plan.count(), reason, details=details)


def _refuse_untracked(tracking_table: TrackingTable) -> None:
    if tracking_table.is_untracked:
        raise JobError(_untracked(tracking_table), UNTRACKED)


def _untracked(tracking_table: TrackingTable) -> str:
    state = "is empty" if tracking_table.exists else "does not exist"
    names = ", ".join(tracking_table.tables[:3]) + (", ..." if len(tracking_table.tables) > 3 else "")
    return f"the tracking table public.schema_migrations {state}, but the project has tables ({names})"


def _check(context: Context, plan: Plan) -> list[Script]:
    scripts, problems = check_files(plan.pending)
    for problem in problems:
        context.log.error("problem", file=problem.filename, line=problem.line, what=problem.what, remedy=problem.remedy)
    if problems:
        some = "; ".join(str(problem) for problem in problems)
        remedy = "mend the files, build the image again, run the job again"
        raise JobError(f"nothing was sent, {len(problems)} problem(s) in the pending files: {some}", remedy)
    return scripts


def _log_findings(context: Context, plan: Plan) -> None:
    for file in plan.drifted:
        context.log.warning("drifted", file=file.name, reason="edited after it was applied; it is not applied again")
    for file, recorded in plan.renamed:
        context.log.info("renamed", file=file.name, recorded_as=recorded)
    for name in plan.gone:
        context.log.info("gone", file=name, reason="recorded as applied, but not in the migrations' folder")


def _apply(
    context: Context, database: SupabaseDatabase, plan: Plan, scripts: list[Script], details: dict[str, str]
) -> Outcome:
    applier = Applier(database, context, context.settings.execution or "cloud_run_job")
    context.progress.follow(lambda: _count(plan, applier))
    try:
        applier.apply(scripts)
        status, reason, remedy = "done", _summarize_drift(plan.drifted), ""
    except JobError as error:
        status, reason, remedy = error.status, error.problem, error.remedy
    return Outcome(status, _count(plan, applier), reason, remedy, details)


def _count(plan: Plan, applier: Applier) -> dict[str, int]:
    counts = plan.count()
    counts["already"] = counts.pop("applied") + applier.overtaken
    counts["pending"] -= applier.applied + applier.overtaken
    return {"applied": applier.applied, **counts}


def _summarize_drift(drifted: list[MigrationFile]) -> str:
    if not drifted:
        return ""
    names = ", ".join(file.name for file in drifted[:5]) + (", ..." if len(drifted) > 5 else "")
    return f"{len(drifted)} file(s) were edited after they were applied: {names}; write changes as new files"
