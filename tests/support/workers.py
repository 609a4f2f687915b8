"""What the workers of one run of the tests have in common."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def make_once(factory: pytest.TempPathFactory, name: str) -> Iterator[tuple[Path, bool]]:
    """A path for all workers, and whether it is still to be made there; the others wait until it is."""
    folder = factory.getbasetemp()
    path = (folder.parent if folder.name.startswith("popen-") else folder) / name
    with path.with_name(f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield path, not path.exists()
