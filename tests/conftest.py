"""What holds for every test."""

import gc
import os
import sys
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.support.job_process import QUIET

pytest_plugins = ["tests.estate", "tests.processes"]

# `make setup` puts programs beside the interpreter; tests find them there, however pytest was started.
os.environ["PATH"] = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))

# How long a generated example takes says something of the machine, not of the code.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

# For the programs that tests start; those written in Go are over before their garbage is a lot.
os.environ |= {"GOGC": "400", **QUIET}


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is imported and collected stays to the end: the garbage collector need not look at it again and again."""
    gc.disable()
    collected = yield
    gc.freeze()
    gc.enable()
    return collected


def pytest_sessionfinish() -> None:
    """Extensions written in C++ complain of what is left at the end."""
    gc.unfreeze()
