"""What is wrong with a job: overdue, drifted, missing. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from operations.cloud.executions import Execution, State
from operations.cloud.run_jobs import DeployedJob
from operations.inventory.survey import Entry, Survey
from runtime.config.job import Job

# For the trigger's retries and a slow start.
LATITUDE = timedelta(minutes=10)
UTC_NAMES = ("Etc/UTC", "UTC")
# google.rpc.Code, as far as a trigger's attempt can end so.
CODES = {4: "timed out", 5: "job not found", 7: "permission denied", 8: "quota exceeded", 14: "unavailable"}


def is_overdue(entry: Entry, now: datetime) -> bool:
    """Has the last tick that is old enough for its run to have ended gone by without a success?

    Never while the trigger is paused, nor for ticks before the job was made.
    """
    job, deployed, trigger = entry.job, entry.deployed, entry.trigger
    if job.cron is None or deployed is None or trigger is None or trigger.paused:
        return False
    run_time = timedelta(seconds=job.timeout_seconds * (job.max_retries + 1))
    tick = job.cron.last_before(now - run_time - LATITUDE)
    if tick < deployed.created:
        return False
    return not any(_fulfils(execution, job, tick) for execution in entry.executions)


def _fulfils(execution: Execution, job: Job, tick: datetime) -> bool:
    """A whole run since the tick that succeeded; a monthly one does nothing on other days than its own."""
    effective = job.kind != "monthly" or job.cron is None or execution.created.day in job.cron.days
    return execution.state is State.SUCCEEDED and execution.created >= tick and execution.whole and effective


def list_problems(entry: Entry, survey: Survey) -> list[str]:
    """In one or two words each, the worst first; empty if all is as the catalog says."""
    if entry.deployed is None:
        return ["MISSING"]
    problems = ["OVERDUE"] if is_overdue(entry, survey.moment) else []
    problems += _compare_trigger(entry)
    return problems + _compare_job(entry.job, entry.deployed, survey)


def _compare_trigger(entry: Entry) -> list[str]:
    job, trigger = entry.job, entry.trigger
    if job.cron is None:
        return [] if trigger is None else ["trigger not in the catalog"]
    if trigger is None:
        return ["trigger MISSING"]
    problems = []
    if trigger.schedule != job.cron.text:
        problems.append(f"cron {trigger.schedule}, not {job.cron.text}")
    if trigger.time_zone not in UTC_NAMES:
        problems.append(f"time zone {trigger.time_zone}, not UTC")
    if trigger.last_code:
        problems.append(f"trigger failed: {CODES.get(trigger.last_code, f'code {trigger.last_code}')}")
    return problems


def _compare_job(job: Job, deployed: DeployedJob, survey: Survey) -> list[str]:
    problems = []
    if deployed.image != survey.image:
        problems.append(f"image {shorten_image(deployed.image)}, not {shorten_image(survey.image)}")
    if deployed.timeout_seconds != job.timeout_seconds:
        problems.append(f"timeout {deployed.timeout_seconds:.0f} s, not {job.timeout_seconds} s")
    tasks = job.tasks[survey.environment.name]
    if deployed.tasks != tasks:
        problems.append(f"{deployed.tasks} tasks, not {tasks}")
    return problems


def shorten_image(image: str) -> str:
    """The first digits of its digest, else its tag."""
    digest = image.partition("@sha256:")[2]
    return digest[:12] or image.rpartition("/")[2]
