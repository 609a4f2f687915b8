"""What one entry of jobs.json holds."""

from __future__ import annotations

from runtime.config.cron import Cron
from runtime.process.errors import ConfigurationError
from runtime.services.json_reader import Fields

KINDS = ("manual", "daily", "monthly")


class Option:
    """One command line option of a job; `value` names its value, None for a switch.

    `read_only`: nothing is changed; `repeats_tick`: the job runs although its tick's work is done.
    """

    __slots__ = ("excludes", "flag", "help", "read_only", "repeats_tick", "value")

    def __init__(self, fields: Fields) -> None:
        self.flag = fields.text("flag")
        self.value = fields.optional_text("value")
        self.read_only = fields.flag("read_only")
        self.repeats_tick = fields.flag("repeats_tick", False)
        self.help = fields.text("help")
        self.excludes = fields.texts("excludes")
        fields.finish()


class Job:
    """One job. `cloud_run_job` lacks the environment's prefix; times are in seconds, `cron` in UTC.

    `overlap` forbids that two executions are at work at a time, `once_per_tick` that a second one succeeds before the
    next tick of `cron`; `if_unknown` says what to do if the executions cannot be listed; the tasks of a
    `sharded` job divide its work.
    """

    def __init__(self, fields: Fields) -> None:
        self.name = fields.text("name")
        fields.where = f"jobs.json: job {self.name!r}"
        self.aliases = fields.texts("aliases")
        self.description = fields.text("description")
        self.kind = _one_of(fields, "kind", KINDS)
        self.cloud_run_job = fields.text("cloud_run_job")
        self.release_step = fields.optional_number("release_step", least=1)
        self.cron = _read_cron(fields)
        self.timeout_seconds = fields.number("timeout_seconds", least=1)
        self.max_retries = fields.number("max_retries")
        self.cpu = fields.text("cpu")
        self.memory = fields.text("memory")
        self.tasks = dict(fields.members("tasks"))
        self.overlap = _one_of(fields, "overlap", ("allow", "forbid"))
        self.once_per_tick = fields.flag("once_per_tick")
        self.if_unknown = _one_of(fields, "if_unknown", ("fail", "run"))
        self.sharded = fields.flag("sharded", False)
        self.secrets = fields.texts("secrets")
        self.waits_for = fields.texts("waits_for")
        self.grants = fields.texts("grants")
        self.options = tuple(Option(option) for option in fields.items("options"))
        fields.finish()

    @property
    def module(self) -> str:
        """The module that holds its `run`."""
        return f"runtime.jobs.{self.kind}.{self.name.replace('-', '_')}"


def _one_of(fields: Fields, name: str, allowed: tuple[str, ...]) -> str:
    value = fields.text(name)
    if value not in allowed:
        raise ConfigurationError(f"{fields.where}: {name} is {value!r}, not one of {', '.join(allowed)}")
    return value


def _read_cron(fields: Fields) -> Cron | None:
    text = fields.optional_text("cron")
    try:
        return None if text is None else Cron.parse(text)
    except ValueError as error:
        raise ConfigurationError(f"{fields.where}: {error}") from error
