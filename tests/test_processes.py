"""`make quick` leaves out the tests that start processes, and finds them by itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sandbox.checkout import make_checkout
from sandbox.postgres import Cluster
from tests.processes import starts

ROOT = Path(__file__).parent.parent


def start_directly() -> None:
    subprocess.run(["true"], check=True)


@contextmanager
def hold_a_server() -> Iterator[Cluster]:
    with Cluster() as cluster:
        yield cluster


TABLE = {"first": print, "second": hold_a_server}


def look_up(name: str) -> object:
    return TABLE[name]


def start_within() -> Callable[[], None]:
    return lambda: start_directly()


def stay() -> None:
    make_checkout(Path("/nowhere"), Path("/nowhere/clock"))
    print(os.getpid())


@pytest.mark.parametrize(
    "function", [start_directly, hold_a_server, look_up, start_within], ids=lambda each: each.__name__
)
def test_a_start_is_found(function: Callable[..., object]) -> None:
    """Its own, in a class, in a table, in a function within."""
    assert starts(function)


def test_what_starts_nothing_is_kept() -> None:
    """Or the edit loop would check nothing."""
    assert not starts(stay)


def test_programs_of_set_up_are_found_without_make() -> None:
    """`.venv/bin/python -m pytest` is what an editor starts."""
    show = "import shutil, tests.conftest; print(shutil.which('uv'))"
    done = subprocess.run(
        [sys.executable, "-c", show], cwd=ROOT, env={"PATH": os.defpath}, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == shutil.which("uv") == str(Path(sys.executable).with_name("uv"))
