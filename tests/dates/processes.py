"""`-p tests.dates.processes`: what a test starts sees the moved date too, however bare the environment it is given.

Programs written in Go (Terraform, the container engine, the registry) ask the kernel themselves, and what runs in a
container or in the sandbox's shell has an environment of its own: they see today's. What talks to them has to bear two
clocks, but for the tests marked `todays_date`: those are left out.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from typing import Any

import pytest

from tests.dates import NAMES

MOVED = {name: os.environ[name] for name in NAMES}
popen: Any = subprocess.Popen
start = popen.__init__


def start_moved(process: Any, *arguments: Any, env: Mapping[str, str] | None = None, **options: Any) -> None:
    """With the two variables in an environment that the caller has made; one that is inherited has them."""
    start(process, *arguments, env=None if env is None else {**env, **MOVED}, **options)


popen.__init__ = start_moved


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """pytest's hook."""
    config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("todays_date")])
    items[:] = [item for item in items if not item.get_closest_marker("todays_date")]
