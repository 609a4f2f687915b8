"""One local cloud for all tests of a worker, as new for each of them, at noon of a certain day."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from sandbox.actions.action import Sandbox
from sandbox.actions.breakages import Breakages
from sandbox.actions.dispatch import perform
from sandbox.guarded import open_folder
from sandbox.local_cloud import LocalCloud
from sandbox.progress import Progress
from sandbox.starting import start_cloud

NOON = datetime(2027, 3, 15, 12, tzinfo=UTC)


class Visitor:
    """A person inside the sandbox. `timers` are what was put off, with the seconds."""

    def __init__(self, cloud: LocalCloud) -> None:
        self.cloud = cloud
        self.timers: list[tuple[float, Callable[[], None]]] = []
        breakages = Breakages(cloud, lambda seconds, function: self.timers.append((seconds, function)))
        self._sandbox = Sandbox(cloud, breakages)

    def act(self, typed: str) -> tuple[int, str]:
        """The exit status of the `sandbox` command, and its lines."""
        lines: list[str] = []
        telling = perform(self._sandbox, typed.split())
        while True:
            try:
                lines.append(next(telling))
            except StopIteration as end:
                return end.value, "\n".join(lines)

    def run(self, typed: str) -> tuple[int, str]:
        """The exit status of a command line, and all that it wrote, in the order in which it is seen."""
        folder = self.cloud.estate.checkout.folder
        variables = {"PATH": os.environ["PATH"], "HOME": str(folder), **self.cloud.variables()}
        done = subprocess.run(
            ("sh", "-c", typed),
            cwd=folder,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout


@pytest.fixture(scope="session")
def cloud() -> Iterator[LocalCloud]:
    """Stage, applied."""
    with (
        open_folder("cloudact-test-") as folder,
        Progress(lambda _line: None) as progress,
        start_cloud(folder, ["stage"], progress) as cloud,
    ):
        yield cloud


@pytest.fixture
def visitor(cloud: LocalCloud) -> Iterator[Visitor]:
    """Somebody who comes at noon, to a stage that is bootstrapped."""
    cloud.reset(NOON - datetime.now(UTC))
    for api in cloud.services.apis.values():
        api.state.bootstrap()
    visitor = Visitor(cloud)
    yield visitor
    visitor.act("heal")
