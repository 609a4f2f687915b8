"""Which tests start processes: found by reading what a test and its fixtures call, so that nobody keeps a list.

`--no-processes` leaves them out. A test that starts one anyway then fails: the reading has overlooked something.
"""

from __future__ import annotations

import concurrent.futures
import functools
import inspect
import multiprocessing
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

import pytest

ROOT = Path(__file__).parent.parent
STARTERS = (subprocess, multiprocessing, subprocess.Popen, subprocess.run, concurrent.futures.ProcessPoolExecutor)
EVENTS = ("subprocess.Popen", "os.fork", "os.posix_spawn")
_started: list[str] = []
# What is known to start nothing, by identity.
_harmless: dict[int, object] = {}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Read by pytest."""
    parser.addoption("--no-processes", action="store_true", help="leave out the tests that start processes")


def pytest_configure(config: pytest.Config) -> None:
    """Watches from here on."""
    if config.getoption("--no-processes"):
        sys.addaudithook(lambda event, values: _started.append(f"{values[0]}") if event in EVENTS else None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves them out."""
    if config.getoption("--no-processes"):
        kept = [item for item in items if not needs_processes(item)]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
        items[:] = kept


def pytest_runtest_logstart() -> None:
    """Each test answers for its own."""
    _started.clear()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Fails what was overlooked."""
    yield
    if _started:
        pytest.fail(f"starts {_started.pop()}, which tests/processes.py has not seen")


def needs_processes(item: pytest.Item) -> bool:
    """Whether the test or a fixture of it, also of a fixture, comes to a call that starts a process."""
    assert isinstance(item, pytest.Function)
    fixtures = item._fixtureinfo.name2fixturedefs.values()
    return any(starts(function) for function in (item.function, *(each.func for defs in fixtures for each in defs)))


@functools.cache
def starts(thing: object) -> bool:
    """Follows the names that the code of this repository's functions and classes mentions."""
    seen: dict[int, object] = {}
    left = [thing]
    while left:
        found = left.pop()
        if any(found is starter for starter in STARTERS):
            return True
        if id(found) not in seen and id(found) not in _harmless:
            seen[id(found)] = found
            left.extend(list_mentioned(found))
    _harmless.update(seen)
    return False


def list_mentioned(thing: object) -> Iterator[object]:
    """What a function's code names, what a class is made of; nothing of what others have written."""
    if isinstance(thing, type):
        if is_ours(inspect.getmodule(thing)):
            yield from (*vars(thing).values(), *thing.__bases__)
        return
    if isinstance(thing, dict):
        yield from thing.values()
    elif isinstance(thing, (classmethod, staticmethod)):
        yield thing.__func__
    elif isinstance(thing, property):
        yield from (thing.fget, thing.fset)
    elif isinstance(thing, (functools.partial, functools.cached_property)):
        yield thing.func
    function = inspect.unwrap(thing) if callable(thing) else None
    if isinstance(function, FunctionType) and is_ours(inspect.getmodule(function)):
        names = set(list_names(function.__code__))
        for value in (function.__globals__[name] for name in names & function.__globals__.keys()):
            yield value
            if isinstance(value, ModuleType) and is_ours(value):
                yield from (vars(value)[name] for name in names & vars(value).keys())
        yield from (cell.cell_contents for cell in function.__closure__ or ())


def list_names(code: CodeType) -> Iterator[str]:
    """Also those of the functions within."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from list_names(constant)


def is_ours(module: ModuleType | None) -> bool:
    """Whether it lies in this checkout, and not among the installed packages."""
    path = getattr(module, "__file__", None)
    return path is not None and Path(path).is_relative_to(ROOT) and "site-packages" not in path
