"""The base image, as image/base.txt names it: by its tag, and after `make lock` by its digest too."""

from __future__ import annotations

import re
from pathlib import Path

from runtime.process.errors import ConfigurationError

FILE = Path("image", "base.txt")
REFERENCE = re.compile(r"python:(?P<version>3\.[0-9]+)-slim(@sha256:[0-9a-f]{64})?", re.ASCII)


def read_reference(root: Path) -> str:
    """The reference, else ConfigurationError."""
    text = (root / FILE).read_text(encoding="ascii").strip()
    if not REFERENCE.fullmatch(text):
        raise ConfigurationError(f"{FILE} holds {text!r}, not python:3.x-slim or that with a digest", "make lock")
    return text


def read_version(reference: str) -> str:
    """Its Python: "3.13"."""
    match = REFERENCE.fullmatch(reference)
    assert match, reference  # noqa: S101 - read_reference has seen to it
    return match["version"]


def is_pinned(reference: str) -> bool:
    """Whether the base is pinned, and so cannot change under its name."""
    return "@" in reference
