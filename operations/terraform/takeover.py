"""A plan that takes over what exists: import blocks for what it would otherwise make a second time."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from operations.cloud.google_session import GoogleSession
from operations.terraform import command_lines as commands
from operations.terraform.existing import KINDS, Existing, find_existing
from operations.terraform.run import CHANGES_PLANNED, Terraform

# In the root's folder; git ignores it.
IMPORTS = "imports.tf"
_HEAD = "# Written by bin/create-all-jobs: this exists and is taken over, not made anew. Not needed after the apply.\n"


@dataclass(frozen=True, slots=True)
class Planned:
    """What Terraform printed, the plan (JSON; empty if it changes nothing), and what it would take over."""

    text: str
    document: dict[str, Any]
    existing: tuple[Existing, ...]


@contextmanager
def fresh_imports(root: Path, *, keep: bool = False) -> Iterator[Path]:
    """The file of import blocks, which is not there yet; at the end it is gone again, unless it is to be kept."""
    file = root / IMPORTS
    file.unlink(missing_ok=True)
    try:
        yield file
    finally:
        if not keep:
            file.unlink(missing_ok=True)


def plan_takeover(
    terraform: Terraform,
    command: commands.Command,
    plan: Path,
    imports: Path,
    connect: Callable[[], GoogleSession],
    read: Callable[[str], None],
) -> Planned:
    """Runs the command, which writes the plan's file, until the plan makes nothing that exists; `read` takes its lines.

    What is found may name more: a dashboard is known only once the policies that it shows are. `connect` is called only
    if the plan would make something.
    """
    existing: list[Existing] = []
    while True:
        process = terraform.watch(command, read, accepted=(0, CHANGES_PLANNED))
        changes = process.returncode == CHANGES_PLANNED
        document = json.loads(terraform.read(commands.show_plan(plan))) if changes else {}
        found = find_existing(document, connect)
        if not found:
            return Planned(process.stdout, document, tuple(existing))
        existing += found
        imports.write_text(render_imports(existing), encoding="utf-8")


def render_imports(existing: Sequence[Existing]) -> str:
    """The file's text."""
    blocks = (
        f"import {{\n  to = {found.address}\n  id = {json.dumps(found.identifier, ensure_ascii=False)}\n}}\n"
        for found in existing
    )
    return "\n".join((_HEAD, *blocks))


def describe_takeover(existing: Sequence[Existing]) -> str:
    """How many there are of each kind: "8 jobs, 5 triggers, 2 secrets"."""
    counts = Counter(found.kind.noun for found in existing)
    nouns = (kind.noun for kind in KINDS.values() if counts[kind.noun])
    return ", ".join(f"{counts[noun]} {noun if counts[noun] == 1 else _pluralize(noun)}" for noun in nouns)


def _pluralize(noun: str) -> str:
    return f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
