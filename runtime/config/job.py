"""What one entry of jobs.json holds: attributes are its keys, their annotations its types."""

from __future__ import annotations

from collections.abc import Iterable

from runtime.config.cron import Cron


class Option:
    """One command line option of a job; `value` names its value, None for a switch.

    `read_only`: nothing is changed; `repeats_tick`: the job runs although its tick's work is done.
    """

    flag: str
    value: str | None
    read_only: bool
    repeats_tick: bool = False
    help: str
    excludes: tuple[str, ...]

    def __init__(self, **values: object) -> None:
        vars(self).update(values)


class Job:
    """One job. `cloud_run_job` lacks the environment's prefix; times are in seconds, `cron` in UTC.

    `overlap` forbids that two executions are at work at a time, `once_per_tick` that a second one succeeds before the
    next tick of `cron`; `if_unknown` says what to do if the executions cannot be listed; the tasks of a `sharded` job
    divide its work; `release_check` is what a release looks at after it.
    """

    name: str
    aliases: tuple[str, ...]
    description: str
    kind: str
    cloud_run_job: str
    release_step: int | None
    release_check: str | None = None
    cron: Cron | None
    timeout_seconds: int
    max_retries: int
    cpu: str
    memory: str
    tasks: dict[str, int]
    overlap: str
    once_per_tick: bool
    if_unknown: str
    sharded: bool = False
    secrets: tuple[str, ...]
    waits_for: tuple[str, ...]
    grants: tuple[str, ...]
    options: tuple[Option, ...]

    def __init__(self, *, cron: str | None, options: Iterable[dict[str, object]], **values: object) -> None:
        vars(self).update(values)
        self.cron = Cron(cron) if cron else None
        self.options = tuple(Option(**option) for option in options)

    @property
    def module(self) -> str:
        """The module that holds its `run`."""
        return f"runtime.jobs.{self.kind}.{self.name.replace('-', '_')}"
