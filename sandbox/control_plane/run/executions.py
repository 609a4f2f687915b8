"""All executions of all jobs: starting, finding and cancelling them."""

from __future__ import annotations

import random
import string
import threading
import uuid

from google.cloud import run_v2

from sandbox.control_plane.moments import stamp
from sandbox.control_plane.problems import ApiError
from sandbox.control_plane.run.conditions import Outcome, State, conclude, set_condition
from sandbox.control_plane.run.execution import carry_out
from sandbox.control_plane.run.state import Platform, Run
from sandbox.control_plane.world.world import make_uid

ALPHABET = string.ascii_lowercase + string.digits
Completion = run_v2.ExecutionReference.CompletionStatus


class Executions:
    """The runs in order of creation. Names are drawn from a fixed seed: a rehearsal's report stays comparable."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.runs: list[Run] = []
        self._random = random.Random(0)

    def start(self, job: run_v2.Job, spec: run_v2.ExecutionTemplate, creator: str) -> Run:
        """Creates an execution of the job with this (overridden) template and lets it run; returns at once."""
        timeline = self.platform.timeline
        with timeline.change():
            run = Run(self.platform, self._describe(job, spec, creator), self._name_operation(job.name))
            self.runs.append(run)
            job.execution_count += 1
            self._refer(job, run.execution, Completion.EXECUTION_RUNNING)
        threading.Thread(target=self._carry_out, args=(job, run), name=run.execution.name, daemon=True).start()
        return run

    def of_job(self, parent: str) -> list[Run]:
        """A job's runs, newest first; `-` as the job's name stands for all jobs of the location."""
        prefix = parent.removesuffix("-") if parent.endswith("/jobs/-") else f"{parent}/"
        return [run for run in reversed(self.runs) if run.execution.name.startswith(prefix)]

    def find(self, name: str) -> Run:
        """Raises NOT_FOUND."""
        for run in self.runs:
            if name in (run.execution.name, run.operation, run.cancellation):
                return run
        raise ApiError("NOT_FOUND", f"Resource '{name.rpartition('/')[2]}' was not found.")

    def cancel(self, run: Run) -> None:
        """Has the tasks stopped. Raises FAILED_PRECONDITION for an execution that has ended."""
        with self.platform.timeline.change():
            if run.done:
                raise ApiError("FAILED_PRECONDITION", f"Execution {run.execution.name} has already completed.")
            run.cancellation = run.cancellation or self._name_operation(run.execution.name)

    def settle(self) -> None:
        """Waits until no execution runs any more."""
        self.platform.timeline.wait(lambda: all(run.done for run in self.runs))

    def stop(self) -> None:
        """Cancels all running executions, so that no process outlives the stand-in."""
        for run in self.runs:
            if not run.done:
                self.cancel(run)
        self.platform.timeline.end()
        self.settle()

    def _carry_out(self, job: run_v2.Job, run: Run) -> None:
        try:
            carry_out(run)
        except Exception as error:
            with self.platform.timeline.change():
                conclude(run.execution, Outcome.FAILED, self.platform.timeline.now(), f"Internal error: {error!r}")
            raise
        finally:
            self._note_end(job, run)

    def _note_end(self, job: run_v2.Job, run: Run) -> None:
        completed = next(condition for condition in run.execution.conditions if condition.type_ == "Completed")
        status = Completion.EXECUTION_FAILED
        if completed.state == State.CONDITION_SUCCEEDED:
            status = Completion.EXECUTION_SUCCEEDED
        elif run.execution.cancelled_count and not run.execution.failed_count:
            status = Completion.EXECUTION_CANCELLED
        with self.platform.timeline.change():
            if job.latest_created_execution.name == run.execution.name.rpartition("/")[2]:
                self._refer(job, run.execution, status)

    def _describe(self, job: run_v2.Job, spec: run_v2.ExecutionTemplate, creator: str) -> run_v2.Execution:
        now = self.platform.timeline.now()
        short, name = job.name.rpartition("/")[2], f"{job.name}/executions/{self._draw_name(job)}"
        execution = run_v2.Execution(
            name=name, uid=make_uid(name), creator=creator, generation=1, job=short, reconciling=True
        )
        execution.labels, execution.launch_stage, execution.etag = spec.labels, job.launch_stage, f'"{name}"'
        execution.generation, execution.reconciling = 1, True
        execution.task_count, execution.parallelism = spec.task_count or 1, spec.parallelism
        execution.template = spec.template
        execution.create_time = execution.update_time = stamp(now)
        execution.log_uri = f"https://console.cloud.google.com/logs/viewer?project={name.split('/')[1]}"
        set_condition(execution.conditions, "Completed", State.CONDITION_RECONCILING, now)
        return execution

    def _draw_name(self, job: run_v2.Job) -> str:
        return f"{job.name.rpartition('/')[2]}-{''.join(self._random.choices(ALPHABET, k=5))}"

    def _name_operation(self, resource: str) -> str:
        number = uuid.UUID(int=self._random.getrandbits(128), version=4)
        return f"{resource.partition('/jobs/')[0]}/operations/{number}"

    def _refer(self, job: run_v2.Job, execution: run_v2.Execution, status: int) -> None:
        job.latest_created_execution = run_v2.ExecutionReference(
            name=execution.name.rpartition("/")[2],
            create_time=execution.create_time,
            completion_time=execution.completion_time,
            completion_status=status,
        )
