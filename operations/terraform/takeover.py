"""A plan that takes over what exists: blocks for what it would otherwise make a second time, or under another key."""

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
from operations.terraform.existing import Existing, find_existing
from operations.terraform.kinds import KINDS
from operations.terraform.run import CHANGES_PLANNED, Terraform
from runtime.process.errors import ConfigurationError

# In the root's folder; git ignores it.
IMPORTS = "imports.tf"
_HEAD = "# Written by bin/create-all-jobs: this exists and is kept, not made anew. Not needed after the apply.\n"


@dataclass(frozen=True, slots=True)
class Planned:
    """What Terraform printed, the plan (JSON; empty if it changes nothing), and what exists of what it would make."""

    text: str
    document: dict[str, Any]
    existing: tuple[Existing, ...]


@contextmanager
def fresh_imports(root: Path, *, keep: bool = False) -> Iterator[Path]:
    """The file of import blocks, which is not there yet; at the end it is gone again, unless it is to be kept.

    Raises ConfigurationError if there is a file of that name that this command did not write.
    """
    file = root / IMPORTS
    if file.exists() and not file.read_bytes().startswith(_HEAD.encode()):
        raise ConfigurationError(f"{file} was not written by bin/create-all-jobs", "move its blocks to another file")
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
    read: Callable[[str], None] = lambda _line: None,
) -> Planned:
    """Runs the command, which writes the plan's file, and again if it would make what exists; `read` takes its lines.

    `connect` is called only if the plan would make something.
    """
    text, document = _plan(terraform, command, plan, read)
    existing = tuple(find_existing(document, connect))
    if existing:
        imports.write_text(render_imports(existing), encoding="utf-8")
        text, document = _plan(terraform, command, plan, read)
    return Planned(text, document, existing)


def _plan(
    terraform: Terraform, command: commands.Command, plan: Path, read: Callable[[str], None]
) -> tuple[str, dict[str, Any]]:
    process = terraform.watch(command, read, accepted=(0, CHANGES_PLANNED))
    changes = process.returncode == CHANGES_PLANNED
    return process.stdout, json.loads(terraform.read(commands.show_plan(plan))) if changes else {}


def render_imports(existing: Sequence[Existing]) -> str:
    """The file's text."""
    return "\n".join((_HEAD, *map(_render_block, existing)))


def _render_block(found: Existing) -> str:
    if found.former:
        return f"moved {{\n  from = {found.former}\n  to   = {found.address}\n}}\n"
    identifier = json.dumps(found.identifier, ensure_ascii=False)
    return f"import {{\n  to = {found.address}\n  id = {identifier}\n}}\n"


def describe_takeover(existing: Sequence[Existing]) -> str:
    """How many there are of each kind ("8 jobs, 5 triggers, 2 secrets."), and what else is called like one of them.

    Nothing if the state has all of them.
    """
    counts = Counter(found.kind.noun for found in existing if not found.former)
    nouns = (kind.noun for kind in KINDS.values() if counts[kind.noun])
    kinds = ", ".join(f"{counts[noun]} {noun if counts[noun] == 1 else _pluralize(noun)}" for noun in nouns)
    lines = [f"To be taken over: {kinds}."] if kinds else []
    for found in existing:
        lines += [
            f"Another {found.kind.noun} has the name of {found.identifier} and is not needed. Remove it:\n"
            f"  {found.kind.removal} {name}"
            for name in found.namesakes
        ]
    return "\n".join(lines)


def _pluralize(noun: str) -> str:
    return f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
