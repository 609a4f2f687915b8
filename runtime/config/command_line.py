"""The command line of a job: options as the catalog declares them, and the help text."""

from __future__ import annotations

from collections.abc import Iterator

from runtime.config.catalog import Catalog
from runtime.config.job import Job, Option
from runtime.process.errors import UsageError


def parse_options(job: Job, arguments: list[str]) -> dict[str, str]:
    """The values by flag, an empty one for a switch.

    Raises UsageError for an unknown, doubled, valueless or excluded option.
    """
    known = {option.flag: option for option in job.options}
    given: dict[str, str] = {}
    rest = iter(arguments)
    for argument in rest:
        flag, equals, value = argument.partition("=")
        if flag not in known:
            allowed = ", ".join(known) or "none"
            raise UsageError(f"{job.name} has no option {argument!r}", f"its options: {allowed}; --help explains them")
        if flag in given:
            raise UsageError(f"{flag} is given twice")
        given[flag] = _read_value(known[flag], value if equals else None, rest)
    for flag in given:
        for other in known[flag].excludes:
            if other in given:
                raise UsageError(f"{flag} and {other} exclude each other", "give one of them")
    return given


def _read_value(option: Option, inline: str | None, rest: Iterator[str]) -> str:
    if option.value is None:
        if inline is not None:
            raise UsageError(f"{option.flag} takes no value, got {inline!r}")
        return ""
    value = next(rest, "") if inline is None else inline
    if not value.strip() or value.startswith("--"):
        raise UsageError(f"{option.flag} needs a value", f"{option.flag} {option.value}")
    return value


def describe_jobs(catalog: Catalog) -> str:
    """The text of `python -m runtime --help`."""
    width = max(len(job.name) for job in catalog.jobs)
    lines = [f"  {job.name:{width}}  {job.description}" for job in catalog.jobs]
    return "usage: python -m runtime JOB [options]\n\njobs:\n" + "\n".join(lines) + "\n\nJOB --help explains a job.\n"


def describe_job(job: Job) -> str:
    """The text of `python -m runtime JOB --help`."""
    rows = [(f"{o.flag} {o.value}" if o.value else o.flag, o.help) for o in job.options] + [("--help", "this text")]
    width = max(len(flag) for flag, _ in rows)
    options = "\n".join(f"  {flag:{width}}  {text}" for flag, text in rows)
    aliases = f"also called: {', '.join(job.aliases)}\n" if job.aliases else ""
    schedule = f"runs: {job.cron.text} (cron, UTC)" if job.cron else "runs: by hand"
    return (
        f"usage: python -m runtime {job.name} [options]\n\n{job.description}\n{aliases}{schedule}; "
        f"timeout {job.timeout_seconds // 60} min\n\noptions:\n{options}\n\n"
        "exit status: 0 done, skipped or reported; 1 failed; 2 usage or configuration;\n"
        "75 gave up on a transient fault or out of time; 143 stopped by SIGTERM or Ctrl-C\n"
    )
