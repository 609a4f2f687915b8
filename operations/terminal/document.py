"""The one shape of what the commands tell programs: an object with the environment and `jobs`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from operations.terminal.printable import SECRETS
from runtime.config.environment import Environment

# Of seconds and rates; a finer one means nothing.
DIGITS = 1


def show_document(environment: Environment, jobs: Sequence[Mapping[str, Any]], **others: object) -> None:
    """Prints it; `others` are further members, numbers are rounded, known secrets masked."""
    document = {"environment": environment.name, "project": environment.project, **others, "jobs": list(jobs)}
    print(SECRETS.redact(json.dumps(_round(document), indent=2, ensure_ascii=False)), flush=True)


def _round(value: object) -> object:
    if isinstance(value, Mapping):
        return {name: _round(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_round(item) for item in value]
    return round(value, DIGITS) if isinstance(value, float) else value
