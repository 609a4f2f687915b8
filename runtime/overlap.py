"""Keeps a second execution of a job from doing what another one is doing, or has done since its last tick."""

from __future__ import annotations

from datetime import datetime

from runtime.config.catalog import load_catalog
from runtime.context import Context
from runtime.process.errors import JobError, TransientError
from runtime.process.outcome import Outcome
from runtime.process.secret import Secret
from runtime.services.cloud_run import Execution, fetch_token, list_executions

# What the metadata server wants to be asked with.
FLAVOR = Secret("Google", "Metadata-Flavor")
LOOK_SECONDS = 15.0


def find_reason_to_skip(context: Context) -> Outcome | None:
    """The outcome `skipped` that names the other execution, None if this one should run.

    If the executions cannot be listed, a job that does harm when repeated raises TransientError, and has sent nothing.
    """
    if any(option.flag in context.options for option in context.job.options if option.read_only):
        return None
    try:
        executions = _list_executions(context, str(context.settings.job_name))
        own = next((each for each in executions if each.name == context.settings.execution), None)
        if own is None:
            raise JobError(f"execution {context.settings.execution} is not among those that Cloud Run lists")
    except JobError as error:
        if context.job.if_unknown == "fail":
            raise TransientError(
                f"{context.job.name} cannot tell whether another execution is at work: {error}",
                "nothing was sent; run it again",
            ) from error
        context.log.warning("overlap_unknown", reason=str(error), consequence="the job runs")
        return None
    other = _find_overlap(own, executions)
    if other is not None:
        reason = f"execution {other.name} was still at work when this one was started"
        return Outcome("skipped", {}, reason, details={"running_execution": other.name})
    return _find_success(context, own, executions)


def wait_for_others(context: Context, reserve_seconds: float, remedy: str) -> None:
    """Until no execution of a job that this one `waits_for` is at work.

    If they cannot be listed, nobody waits. Raises TransientError with the remedy if only `reserve_seconds` are left.
    """
    if not context.settings.on_cloud_run:
        return
    prefix = str(context.settings.job_name).removesuffix(context.job.cloud_run_job)
    for name in context.job.waits_for:
        job_name = prefix + load_catalog().find(name).cloud_run_job
        while running := _find_running(context, job_name):
            if context.clock.monotonic() + LOOK_SECONDS > context.deadline - reserve_seconds:
                raise TransientError(f"{running} is still at work", remedy)
            context.log.info("waiting", running_execution=running)
            context.clock.sleep(LOOK_SECONDS)


def _find_running(context: Context, job_name: str) -> str | None:
    try:
        executions = _list_executions(context, job_name)
    except JobError as error:
        context.log.warning("overlap_unknown", reason=str(error), consequence="the job goes on")
        return None
    return next((execution.name for execution in executions if execution.finished is None), None)


def _list_executions(context: Context, job_name: str) -> list[Execution]:
    settings = context.settings
    token = fetch_token(context.http(settings.metadata, {"Metadata-Flavor": ("", FLAVOR)}))
    context.log.redactor.add(token)
    api = settings.run_api or "https://run.googleapis.com"
    client = context.http(api, {"Authorization": ("Bearer ", token)})
    return list_executions(client, f"projects/{settings.project}/locations/{settings.region}/jobs/{job_name}")


def _find_overlap(execution: Execution, executions: list[Execution]) -> Execution | None:
    # Asked for the moment of creation and not for now, every task and every attempt of an execution gets
    # the same answer: it runs whole or not at all.
    for other in executions:
        is_earlier = (other.created, other.name) < (execution.created, execution.name)
        if is_earlier and (other.finished is None or other.finished > execution.created):
            return other
    return None


def _find_success(context: Context, own: Execution, executions: list[Execution]) -> Outcome | None:
    repeating = [option.flag for option in context.job.options if option.repeats_tick]
    if context.job.cron is None or not context.job.once_per_tick or any(flag in context.options for flag in repeating):
        return None
    tick = context.job.cron.last_before(context.clock.now())
    for other in executions:
        if other is not own and _has_done_all(other, executions, tick, repeating):
            again = f"; {repeating[0]} runs it once more" if repeating else ""
            reason = f"execution {other.name} has succeeded since {tick:%Y-%m-%d %H:%M} (UTC){again}"
            return Outcome("skipped", {}, reason, details={"succeeded_execution": other.name})
    return None


def _has_done_all(execution: Execution, executions: list[Execution], tick: datetime, repeating: list[str]) -> bool:
    # A success may also be a run with options, for one organization or for nobody, or one that was
    # itself skipped for an overlap.
    with_options = any(argument.startswith("--") and argument not in repeating for argument in execution.arguments)
    return (
        execution.succeeded
        and execution.finished is not None
        and execution.finished >= tick
        and not with_options
        and _find_overlap(execution, executions) is None
    )
