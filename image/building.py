"""Builds the image on this machine: with the engine there is, on a base made here if no other is available."""

from __future__ import annotations

import tempfile
from hashlib import sha256
from pathlib import Path

from image import host_files, local_base
from image.base import read_reference, read_version
from image.engine import Engine, find_engine, install_engine, perform, succeeds
from image.recipe import Recipe
from operations.images.labels import make_labels
from operations.images.origin import Origin, read_origin
from runtime.config.catalog import ROOT

NAME = "localhost/cloudact-jobs:latest"
CHECKOUT = Path(ROOT)
SELF_CHECK = CHECKOUT / "image" / "self_check.py"
SBOM = CHECKOUT / "image" / "sbom.py"


def build_image(
    name: str = NAME, folder: Path = CHECKOUT, *, origin: Origin | None = None, cached: bool = True
) -> Engine:
    """Builds the folder's Dockerfile, with the files of `origin`, the checkout's; the engine that has it, or JobError.

    Says so if the base is not the one that image/base.txt names.
    """
    engine = find_engine() or install_engine_aloud()
    origin = origin or read_origin(CHECKOUT)
    base = choose_base(engine, read_reference(folder))
    recipe = Recipe(name, base, origin.epoch, origin.dependencies_epoch, make_labels(folder, base, origin))
    perform(engine.build(recipe, folder, cached=cached))
    return engine


def say(text: str) -> None:
    """One line for the person who waits."""
    print(f"image: {text}", flush=True)


def install_engine_aloud() -> Engine:
    """install_engine, announced: it changes the machine."""
    say("no docker, podman or buildah works here: installing Debian's podman")
    return install_engine()


def choose_base(engine: Engine, reference: str) -> str:
    """The reference if this machine has it or can pull it, else a base made here, under another name."""
    if succeeds(engine.inspect(reference)) or succeeds(engine.pull(reference)):
        return reference
    version = read_version(reference)
    say(f"{reference} cannot be pulled: built on this machine's Debian files and CPython {version}")
    name = f"localhost/cloudact-jobs-base:{fingerprint(version)}"
    if not succeeds(engine.inspect(name)):
        with tempfile.TemporaryDirectory() as folder:
            local_base.write_context(Path(folder), version)
            perform(engine.build(Recipe(name), Path(folder)))
    return name


def fingerprint(version: str) -> str:
    """Differs if the base would."""
    made_by = (Path(module.__file__ or "").read_bytes() for module in (host_files, local_base))
    made_of = (str(local_base.find_python(version)).encode(), Path("/etc/os-release").read_bytes())
    return sha256(b"".join((*made_by, *made_of))).hexdigest()[:12]


def check_image(engine: Engine, name: str = NAME) -> str:
    """What the image's self-check says; JobError with the problems that it finds."""
    return run_script(engine, SELF_CHECK, name)


def describe_image(engine: Engine, name: str = NAME) -> str:
    """The image's software bill of materials, as JSON."""
    return run_script(engine, SBOM, name, name)


def run_script(engine: Engine, script: Path, name: str, *arguments: str) -> str:
    """What a script of this checkout prints in the image."""
    command = engine.run(name, "-I", "-S", "-", *arguments, program="python")
    return perform(command, fed=script.read_text(encoding="utf-8"))
