"""The image of this checkout, built once for all workers."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from subprocess import CompletedProcess, run

import pytest

from image.building import CHECKOUT, NAME, build_image
from image.engine import Engine, install_engine, perform
from image.origin import Origin, read_origin
from tests.image.archive import SavedImage, open_image


@dataclass(frozen=True, slots=True)
class BuiltImage:
    """An image that the engine can run, and the commit that it was built from."""

    engine: Engine
    name: str
    origin: Origin

    def run(
        self, *arguments: str, program: str = "", fed: str = "", options: tuple[str, ...] = (), **variables: str
    ) -> CompletedProcess[str]:
        """Runs the entry point, or another program, in a new container; `options` are the engine's own."""
        command = self.engine.run(self.name, *arguments, program=program, variables=variables)
        separator = command.index("run") + 1
        command = (*command[:separator], *options, *command[separator:])
        return run(command, input=fed, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> BuiltImage:
    """Built with what `make image` uses; where only buildah is there, podman runs what it built."""
    record = find_shared(tmp_path_factory) / "image.json"
    with one_at_a_time(tmp_path_factory):
        if not record.exists():
            origin = read_origin(CHECKOUT)
            engine = build_image(origin=origin)
            runner = engine if engine.runs_containers else install_engine()
            record.write_text(json.dumps([runner.program, asdict(origin)]), encoding="utf-8")
        program, values = json.loads(record.read_text(encoding="utf-8"))
    return BuiltImage(Engine(program), NAME, Origin(**values | {"changes": tuple(values["changes"])}))


@pytest.fixture(scope="session")
def saved(image: BuiltImage, tmp_path_factory: pytest.TempPathFactory) -> SavedImage:
    """The same, as a file."""
    path = find_shared(tmp_path_factory) / "image.tar"
    with one_at_a_time(tmp_path_factory):
        if not path.exists():
            perform(image.engine.save(image.name, path))
    return open_image(path)


def find_shared(factory: pytest.TempPathFactory) -> Path:
    """The folder that the workers have in common."""
    folder = factory.getbasetemp()
    return folder.parent if folder.name.startswith("popen-") else folder


@contextmanager
def one_at_a_time(factory: pytest.TempPathFactory) -> Iterator[None]:
    """Whoever comes second finds the work done."""
    with (find_shared(factory) / "image.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
