"""Starts a job exactly once, even if the answer is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from operations.cloud.executions import Execution, State
from operations.cloud.refusals import NoConnection, ServerError
from operations.cloud.run_jobs import RunJobs
from runtime.config.environment import Environment
from runtime.config.job import Job
from runtime.process.clock import Clock
from runtime.process.errors import TransientError

# An execution is listed within a second or two of its start.
LOOKS = 6
LOOK_SECONDS = 4.0


class StartUnclear(TransientError):
    """Nobody knows whether the job was started; to start it again could run it twice."""


@dataclass(frozen=True, slots=True)
class Start:
    """What is to be started; `tasks` None leaves their number to the job."""

    job: Job
    arguments: tuple[str, ...]
    tasks: int | None


def start_once(
    runs: RunJobs, start: Start, say: Callable[[str], None], clock: Clock, confirm: Callable[[], None] = lambda: None
) -> Execution:
    """The new execution. After a lost answer it is looked for, and never sent for again.

    `confirm` asks the operator, who has been told by then what is running already; what it raises goes through.
    Raises StartUnclear if none, or more than one, turns up.
    """
    known = runs.list_executions(start.job)
    report_running(known, say)
    confirm()
    try:
        return runs.start(start.job, start.arguments, start.tasks)
    except (NoConnection, ServerError) as error:
        if isinstance(error, NoConnection) and not error.maybe_processed:
            raise
        say(f"{error.problem}\nThe job may have been started: looking at its executions before anything else.")
    return _find_lost(runs, start, {execution.name for execution in known}, clock)


def report_running(executions: Iterable[Execution], say: Callable[[str], None]) -> None:
    """Names those that have not ended."""
    for execution in executions:
        if execution.state is State.RUNNING:
            say(f"{execution.name} of the same job is running already")


def _find_lost(runs: RunJobs, start: Start, known: set[str], clock: Clock) -> Execution:
    environment = runs.session.environment
    for look in range(LOOKS):
        if look:
            clock.sleep(LOOK_SECONDS)
        new = [e for e in runs.list_executions(start.job) if e.name not in known and _may_be_ours(e, start, runs)]
        if len(new) == 1:
            return new[0]
        if new:
            names = ", ".join(execution.name for execution in new)
            problem = f"the answer to the start of {start.job.name} was lost; it may be any of {names}"
            raise StartUnclear(
                problem, f"follow the right one: {command_to_follow(environment, start.job, 'EXECUTION')}"
            )
    problem = f"the answer to the start of {start.job.name} was lost, and no execution has appeared"
    raise StartUnclear(
        problem, f"look once more before you start it again: bin/list-jobs {environment.name} {start.job.name}"
    )


def _may_be_ours(execution: Execution, start: Start, runs: RunJobs) -> bool:
    email = runs.session.identity.email
    # A person's credentials do not tell their address; a trigger's account is no person.
    ours = execution.creator == email if email else not execution.creator.endswith(".gserviceaccount.com")
    return ours and execution.arguments == (start.job.name, *start.arguments)


def command_to_follow(environment: Environment, job: Job, execution: str) -> str:
    """What an operator types to watch an execution."""
    return f"bin/run-job {environment.name} {job.name} --follow {execution}"


def describe_next_steps(environment: Environment, job: Job, execution: str) -> str:
    """What an operator types about an execution that goes on without the command."""
    follow = command_to_follow(environment, job, execution)
    return f"  follow: {follow}\n  cancel: bin/run-job {environment.name} {job.name} --cancel {execution}"
