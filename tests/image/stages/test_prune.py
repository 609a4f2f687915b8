"""What is removed is declared, and the declaration cannot rot."""

from __future__ import annotations

from pathlib import Path

import pytest

from image.stages.prune import UNNEEDED, prune


def plant(folder: Path, *names: str) -> None:
    """Files of those names."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def list_files(folder: Path) -> list[str]:
    """What is left."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir())


def test_matches_are_removed_and_nothing_else(tmp_path: Path) -> None:
    """Folders with all that is in them."""
    plant(tmp_path, "a/x.py", "a/x.pyi", "b/deep/y.pyi", "tests/test_x.py")
    prune(tmp_path, {"**/*.pyi": "for type checkers", "tests": "tests"})
    assert list_files(tmp_path) == ["a/x.py"]


def test_links_are_removed_and_what_they_point_to_stays(tmp_path: Path) -> None:
    """A link to a folder outside must not empty it."""
    plant(tmp_path, "outside/kept", "inside/file")
    (tmp_path / "inside" / "link").symlink_to(tmp_path / "outside")
    prune(tmp_path / "inside", {"link": "a link"})
    assert list_files(tmp_path) == ["inside/file", "outside/kept"]


def test_a_pattern_that_matches_nothing_stops_the_build(tmp_path: Path) -> None:
    """A new release has moved the file, and the image would grow unnoticed."""
    plant(tmp_path, "a.pyi")
    with pytest.raises(ValueError, match=r"matches \*\*/\*\.proto, grpc: correct UNNEEDED in prune\.py"):
        prune(tmp_path, {"**/*.pyi": "", "**/*.proto": "", "grpc": ""})


@pytest.mark.parametrize("part", UNNEEDED)
def test_every_removal_has_its_reason(part: str) -> None:
    """So that the next one can judge it."""
    assert all(UNNEEDED[part].values())
