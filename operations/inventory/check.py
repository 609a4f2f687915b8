"""What an environment's operator has to act on, each thing by its name. Pure."""

from __future__ import annotations

from operations.cloud.executions import State
from operations.inventory.health import list_problems
from operations.inventory.survey import Survey

# The exit status of bin/list-jobs --check, and of an environment that has no job at all.
NOT_WELL = 4


def list_concerns(survey: Survey) -> list[tuple[str, str]]:
    """Jobs and what is wrong with them: missing, failed, overdue, drifted; in the catalog's order."""
    concerns = []
    for entry in survey.entries:
        last = entry.last_ended
        if last is not None and last.state is State.FAILED:
            concerns.append((entry.job.name, f"failed: {last.name} of {last.created:%Y-%m-%d %H:%M}"))
        concerns += [(entry.job.name, problem) for problem in list_problems(entry, survey)]
    return concerns


def render_concerns(survey: Survey) -> str:
    """One line a concern, and a last one that sums up."""
    concerns = list_concerns(survey)
    name = survey.environment.name
    if not concerns:
        return f"{name}: nothing is missing, failed, overdue or drifted"
    lines = [f"{job}: {problem}" for job, problem in concerns]
    count = f"{len(concerns)} thing{'s' * (len(concerns) > 1)}"
    return "\n".join((*lines, f"{name}: {count} to look at; bin/doctor {name} names remedies"))


def is_empty(survey: Survey) -> bool:
    """None of the jobs is there."""
    return all(entry.deployed is None for entry in survey.entries)


def advise_first_steps(survey: Survey) -> str:
    """What to do about an environment in which there is nothing, or nothing has ever run; else empty."""
    if not is_empty(survey):
        unused = not any(entry.executions for entry in survey.entries)
        return f"nothing has ever run in {survey.environment.name}: bin/release {survey.environment.name}" * unused
    name, project = survey.environment.name, survey.environment.project
    return (
        f"none of the {len(survey.entries)} jobs is in {name} ({project}): it was never set up, or somebody deleted it"
        f"\n  first: bin/doctor {name} says what is missing"
        f"\n  then:  bin/create-all-jobs {name} --prepare lists the steps to the first run"
    )
