"""What only people know about the jobs, for the runbook."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from operations.catalog_shape import check_shape
from runtime.config.catalog import Catalog
from runtime.process.errors import ConfigurationError

FILE = Path(__file__).with_suffix(".json")


@dataclass(frozen=True, slots=True)
class Texts:
    """Markdown, in which ENV stands for the environment; `missed` is empty for a job without a cron.

    `look` and `again` are commands or begin with one, the others are sentences.
    """

    does: str
    look: str
    failed: str
    missed: str
    again: str
    undo: str


def load_texts(catalog: Catalog, file: Path = FILE) -> dict[str, Texts]:
    """The texts of every job of the catalog and of no other, else ConfigurationError."""
    texts = {}
    for name, values in json.loads(file.read_text(encoding="utf-8")).items():
        check_shape(values, Texts, f"{file.name}: {name}")
        texts[name] = Texts(**values)
    if different := {job.name for job in catalog.jobs} ^ texts.keys():
        problem = f"jobs.json and {file.name} do not have the same jobs: {', '.join(sorted(different))}"
        raise ConfigurationError(problem, "add or drop the texts")
    for job in catalog.jobs:
        if (job.cron is None) != (texts[job.name].missed == ""):
            raise ConfigurationError(
                f"{file.name}: {job.name}: only a job with a cron can be missed, and it has to say so"
            )
    return texts
