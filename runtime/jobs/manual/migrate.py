"""Applies the pending SQL migrations, each exactly once, through Supabase's Management API."""

from __future__ import annotations

import os

from runtime.config.catalog import ROOT
from runtime.context import Context
from runtime.migration.apply import Applier, adopt, record_all
from runtime.migration.check.inspection import Inspection, check_files
from runtime.migration.delivery import Delivery
from runtime.migration.explain import PLAIN_STRINGS
from runtime.migration.files import hash_files, read_folder
from runtime.migration.plan import Plan, join
from runtime.migration.queries import ESCAPES
from runtime.migration.tracking_table import TrackingTable, read_tracking_table
from runtime.process.errors import JobError
from runtime.process.outcome import Outcome
from runtime.services.supabase import SupabaseDatabase

UNTRACKED = (
    "if they came from these very files, run migrate --baseline once: it records every file without running it; "
    "else this is the wrong project"
)


def run(context: Context) -> Outcome:
    """FR-SJ-002.1, FR-SJ-005.4. Sends one request to read, and one for each pending file."""
    files = read_folder(context.settings.migrations_dir or os.path.join(ROOT, "migrations"))
    token = {"Authorization": ("Bearer ", context.secrets["SUPABASE_ACCESS_TOKEN"])}
    database = SupabaseDatabase(context.http(context.settings.supabase, token), context.settings.supabase_ref)
    tracking_table = read_tracking_table(database)
    delivery = Delivery(database, tracking_table, clock=context.clock, log=context.log, deadline=context.deadline)
    plan = Plan(files, tracking_table.rows)
    details: dict[str, object] = {"migrations_hash": hash_files(files)}
    if "--status" in context.options:
        return _report(context, tracking_table, plan, details)
    if "--baseline" in context.options:
        return Outcome("done", {"recorded": record_all(delivery, files)}, details=details)
    if tracking_table.is_untracked:
        raise JobError(_describe_untracked(tracking_table), UNTRACKED)
    inspections = _check(context, tracking_table, plan)
    if "--dry-run" in context.options:
        return _report(context, tracking_table, plan, details)
    _warn(context, tracking_table, plan)
    adopt(delivery, plan.renamed)
    applier = Applier(delivery, context.progress, context.settings.execution or "cloud_run_job")
    context.progress.count = lambda: _count(plan, applier)
    try:
        applier.apply(plan.pending, inspections)
    except JobError as error:
        details["failure"] = applier.failure.as_fields()
        return Outcome(error.status, _count(plan, applier), error.problem, error.remedy, details)
    reason = "; ".join(plan.find_oddities(delivery.reach).values())
    return Outcome("done", _count(plan, applier), reason, details=details)


def _report(context: Context, tracking_table: TrackingTable, plan: Plan, details: dict[str, object]) -> Outcome:
    for name, state in sorted(plan.states.items()):
        context.log.info("migration", file=name, state=state)
    reason = _warn(context, tracking_table, plan)
    if tracking_table.is_untracked:
        reason = f"{_describe_untracked(tracking_table)}: {UNTRACKED}"
    return Outcome(plan.status, plan.count(), reason, details=details)


def _warn(context: Context, tracking_table: TrackingTable, plan: Plan) -> str:
    found = plan.find_oddities(tracking_table.reach)
    if tracking_table.exposed:
        found["exposed"] = "the public roles have rights on the tracking table; a run takes them away"
    for event, reason in found.items():
        context.log.warning(event, reason=reason)
    return "; ".join(found.values())


def _describe_untracked(tracking_table: TrackingTable) -> str:
    state = "is empty" if tracking_table.exists else "does not exist"
    names = join(tracking_table.tables)
    return f"the tracking table public.schema_migrations {state}, but the project has tables ({names})"


def _check(context: Context, tracking_table: TrackingTable, plan: Plan) -> list[Inspection]:
    if plan.pending and not tracking_table.standard_strings:
        raise JobError(f"nothing was sent: {ESCAPES}", PLAIN_STRINGS)
    inspections = check_files(plan.pending)
    problems = [problem for inspection in inspections for problem in inspection.problems]
    for problem in problems:
        context.log.error("problem", file=problem.filename, line=problem.line, what=problem.what, remedy=problem.remedy)
    if problems:
        some = "; ".join(str(problem) for problem in problems)
        remedy = "fix the files, build the image again, run the job again"
        raise JobError(f"nothing was sent, {len(problems)} problem(s) in the pending files: {some}", remedy)
    return inspections


def _count(plan: Plan, applier: Applier) -> dict[str, int]:
    counts = plan.count()
    counts["already"] = counts.pop("applied") + applier.overtaken
    counts["pending"] -= len(applier.applied) + applier.overtaken
    return {"applied": len(applier.applied), **counts}
