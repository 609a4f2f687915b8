"""What a request to run a job may change for that one execution."""

from __future__ import annotations

from google.cloud import run_v2

from sandbox.control_plane.problems import refuse_argument

Overrides = run_v2.RunJobRequest.Overrides


def apply_overrides(job: run_v2.Job, overrides: Overrides) -> run_v2.ExecutionTemplate:
    """The job's template, changed. Raises INVALID_ARGUMENT."""
    spec = run_v2.ExecutionTemplate(job.template)
    if overrides.task_count < 0:
        raise refuse_argument("overrides.task_count: must be greater than 0")
    spec.task_count = overrides.task_count or spec.task_count
    if overrides.timeout:
        spec.template.timeout = overrides.timeout
    if len(overrides.container_overrides) > len(spec.template.containers):
        raise refuse_argument("overrides.container_overrides: more overrides than containers")
    for change in overrides.container_overrides:
        _change_container(spec.template.containers[0], change)
    return spec


def _change_container(container: run_v2.Container, change: Overrides.ContainerOverride) -> None:
    if change.name and change.name != container.name:
        raise refuse_argument(f"overrides.container_overrides.name: no container named {change.name!r}")
    if change.args and change.clear_args:
        raise refuse_argument("overrides.container_overrides: args and clear_args exclude each other")
    if change.args or change.clear_args:
        container.args = change.args
    changed = {entry.name: entry for entry in change.env}
    container.env = [entry for entry in container.env if entry.name not in changed] + list(changed.values())
