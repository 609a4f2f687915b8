"""docs/troubleshooting.md explains messages; one that was worded anew would not be found there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.catalog import ENVIRONMENTS, ROOT

PAGE = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8").partition("## By message")[2]
ENTRIES = re.findall(r"^\*\*(.+?)\*\*", PAGE, re.MULTILINE | re.DOTALL)
MESSAGES = [" ".join(message.split()) for entry in ENTRIES for message in re.findall(r"`([^`]+)`", entry)]
NAMES = [word for name, values in ENVIRONMENTS.items() for word in (values["project"], name)]
# What differs each time: an ellipsis, words in capitals, numbers, environments and their projects.
PLACES = re.compile(rf"\.\.\.|\bline N\b|\b[A-Z_]+\b|\d+|\b(?:{'|'.join(NAMES)})\b")


def list_texts(path: Path) -> Iterator[str]:
    """Every text in a module, with a NUL for each part that is computed."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "\0" for part in node.values)


@pytest.fixture(scope="module")
def texts() -> str:
    """Those of the jobs and of the commands."""
    paths = [path for room in ("runtime", "operations") for path in sorted((ROOT / room).rglob("*.py"))]
    return "\n".join(text for path in paths for text in list_texts(path))


@pytest.mark.parametrize("message", MESSAGES)
def test_every_message_that_is_explained_can_be_written(texts: str, message: str) -> None:
    """Each part of it between what differs each time."""
    parts = [part.strip(" ,") for part in PLACES.split(message)]
    assert [part for part in parts if part not in texts] == []
    assert any(parts)
