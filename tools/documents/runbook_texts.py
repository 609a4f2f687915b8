"""What only people know about the jobs, for the runbook."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from operations.catalog_shape import check_shape
from runtime.config.catalog import Catalog, read_json
from runtime.process.errors import ConfigurationError

FILE = Path(__file__).with_suffix(".json")
FAILURES = 3


@dataclass(frozen=True, slots=True)
class Failure:
    """`shows` is a part of the result's own text, `sandbox` the command that makes the failure there.

    If `heal`, part of the way out lies outside this repository, and `sandbox heal` stands for it.
    """

    shows: str
    fix: str
    sandbox: str
    heal: bool


@dataclass(frozen=True, slots=True)
class Texts:
    """Markdown, in which ENV stands for the environment; `missed` is empty for a job without a cron.

    `look` is a command, `worked` what it shows after a good run; `again` is a command or ends in one.
    """

    does: str
    look: str
    worked: str
    failed: str
    failures: tuple[Failure, ...]
    missed: str
    again: str
    undo: str


def load_texts(catalog: Catalog, file: Path = FILE) -> dict[str, Texts]:
    """The texts of every job of the catalog and of no other, else ConfigurationError."""
    texts = {}
    for name, values in read_json(str(file)).items():
        check_shape(values, Texts, f"{file.name}: {name}")
        texts[name] = Texts(**values | {"failures": tuple(Failure(**each) for each in values["failures"])})
    if different := {job.name for job in catalog.jobs} ^ texts.keys():
        problem = f"jobs.json and {file.name} do not have the same jobs: {', '.join(sorted(different))}"
        raise ConfigurationError(problem, "add or drop the texts")
    for job in catalog.jobs:
        if (job.cron is None) != (texts[job.name].missed == ""):
            raise ConfigurationError(
                f"{file.name}: {job.name}: only a job with a cron can be missed, and it has to say so"
            )
        if not 1 <= len(texts[job.name].failures) <= FAILURES:
            raise ConfigurationError(f"{file.name}: {job.name}: one to {FAILURES} failures, the most likely ones")
    return texts
