"""The same image with each of the three programs, run at the strictest."""

from __future__ import annotations

from pathlib import Path

import pytest

from image import engine
from image.engine import Engine, find_engine, perform
from image.recipe import Recipe
from runtime.process.errors import JobError

RECIPE = Recipe("name:tag", "base:tag", 1_700_000_000, 1_600_000_000, {"a": "b"})


def write_program(folder: Path, name: str, status: int) -> None:
    """A program that only ends."""
    program = folder / name
    program.write_text(f"#!/bin/sh\nexit {status}\n", encoding="ascii")
    program.chmod(0o755)


@pytest.mark.parametrize("program", ["docker", "podman", "buildah"])
def test_every_engine_builds_the_same(program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The base, the name, the labels and the times; nothing of this machine but the path of its CA certificates.

    SOURCE_DATE_EPOCH is BuildKit's own too: it sets when the image was created.
    """
    monkeypatch.setattr(engine, "CA_BUNDLE", tmp_path / "none")
    command = Engine(program).build(RECIPE, tmp_path)
    assert command[:2] == (program, "build")
    assert {"--tag=name:tag", "--build-arg=BASE=base:tag", "--label=a=b"} <= set(command)
    assert {"--build-arg=SOURCE_DATE_EPOCH=1700000000", "--build-arg=DEPENDENCIES_EPOCH=1600000000"} <= set(command)
    assert command[-1] == str(tmp_path)


def test_a_layer_with_other_times_is_not_taken(tmp_path: Path) -> None:
    """Buildah takes one for the same whose content is; BuildKit goes by the path too, and so may use its cache."""
    assert "--no-cache" not in Engine("docker").build(RECIPE, tmp_path)
    assert "--no-cache" in Engine("docker").build(RECIPE, tmp_path, cached=False)
    assert "--layers=false" in Engine("podman").build(RECIPE, tmp_path)
    assert "--layers=false" in Engine("buildah").build(RECIPE, tmp_path)


@pytest.mark.parametrize("program", ["docker", "podman"])
def test_containers_run_without_rights(program: str) -> None:
    """As strictly as any platform would."""
    command = Engine(program).run("image", "alerts", "--help", variables={"A": "b"})
    assert {"--read-only", "--cap-drop=all", "--security-opt=no-new-privileges", "--env=A=b"} <= set(command)
    assert command[-3:] == ("image", "alerts", "--help")


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ({"docker": 0, "podman": 0, "buildah": 0}, "docker"),
        ({"docker": 1, "podman": 0}, "podman"),
        ({"docker": 1, "podman": 1, "buildah": 0}, "buildah"),
        ({"docker": 1}, None),
        ({}, None),
    ],
)
def test_the_first_that_works_is_taken(
    statuses: dict[str, int], expected: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A docker without its daemon does not count."""
    for name, status in statuses.items():
        write_program(tmp_path, name, status)
    monkeypatch.setenv("PATH", str(tmp_path))
    found = find_engine()
    assert (found.program if found else None) == expected


def test_a_failure_shows_what_the_program_said(tmp_path: Path) -> None:
    """Its last lines, not a traceback."""
    with pytest.raises(JobError, match=r"^no such thing\n`sh -c \.\.\.` failed"):
        perform(("sh", "-c", "echo no such thing >&2; exit 3"))
