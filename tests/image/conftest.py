"""The image of this checkout, built once for all workers."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from subprocess import CompletedProcess, run

import pytest

from image.building import CHECKOUT, NAME, build_image
from image.engine import Engine, install_engine, perform
from operations.images.origin import Origin, read_origin
from tests.image.archive import SavedImage, open_image
from tests.support.workers import make_once

HOST = ("--network=host",)
# What lies about in a checkout.
STRAY = (
    ".env",
    ".git/config",
    "key.json",
    "migrations/dangerous/99_drop_everything.sql",
    "migrations/notes.txt",
    "requirements/dev.txt",
    "runtime/.env",
    "runtime/jobs/__pycache__/left_over.cpython-313.pyc",
    "runtime/jobs/daily/.alerts.py.swp",
    "tests/test_everything.py",
)


@dataclass(frozen=True, slots=True)
class BuiltImage:
    """An image that the engine can run, the commit that it was built from, and the folder."""

    engine: Engine
    name: str
    origin: Origin
    source: Path

    def run(
        self, *arguments: str, program: str = "", fed: str = "", options: tuple[str, ...] = HOST, **variables: str
    ) -> CompletedProcess[str]:
        """Runs the entry point, or another program, in a separate container; `options` are the engine's."""
        command = self.engine.run(self.name, *arguments, program=program, variables=variables, options=options)
        return run(command, input=fed, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> BuiltImage:
    """Built with what `make image` uses; if only buildah is there, podman runs what it built."""
    with make_once(tmp_path_factory, "image.json") as (record, missing):
        source = record.with_name("source")
        if missing:
            origin = read_origin(CHECKOUT)
            copy_source(source)
            engine = build_image(folder=source, origin=origin)
            runner = engine if engine.runs_containers else install_engine()
            record.write_text(json.dumps([runner.program, asdict(origin)]), encoding="utf-8")
        program, values = json.loads(record.read_text(encoding="utf-8"))
    return BuiltImage(Engine(program), NAME, Origin(**values | {"changes": tuple(values["changes"])}), source)


@pytest.fixture(scope="session")
def saved(image: BuiltImage, tmp_path_factory: pytest.TempPathFactory) -> SavedImage:
    """The same, as a file."""
    with make_once(tmp_path_factory, "image.tar") as (path, missing):
        if missing:
            perform(image.engine.save(image.name, path))
    return open_image(path)


def copy_source(folder: Path) -> None:
    """A copy of what the build needs, and beside it what must not get in."""
    for name in ("Dockerfile", ".dockerignore", "environments.json", "jobs.json", "requirements/runtime.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(CHECKOUT / name, folder / name)
    for name in ("image", "migrations", "runtime"):
        shutil.copytree(CHECKOUT / name, folder / name)
    for name in STRAY:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("stray", encoding="ascii")
