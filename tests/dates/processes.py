"""`-p tests.dates.processes`: what a test starts sees the moved date too, however bare the environment it is given.

Programs written in Go ask the kernel themselves, and so see today's: the tests that need one are left out.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from typing import Any

import pytest

from tests.dates import NAMES

# Terraform's, the container engine's and the registry's.
GO_FIXTURES = {"image", "provider", "states", "workplace"}
MOVED = {name: os.environ[name] for name in NAMES}
popen: Any = subprocess.Popen
start = popen.__init__


def start_moved(process: Any, *arguments: Any, env: Mapping[str, str] | None = None, **options: Any) -> None:
    """With the two variables in an environment that the caller has made; one that is inherited has them."""
    start(process, *arguments, env=None if env is None else {**env, **MOVED}, **options)


popen.__init__ = start_moved


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out what comes to one of the fixtures, also by way of another."""
    left_out = [item for item in items if GO_FIXTURES & set(getattr(item, "fixturenames", ()))]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in set(left_out)]
