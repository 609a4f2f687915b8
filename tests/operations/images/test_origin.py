"""A revision is honest: it says so if the files are not the commit's."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from operations.images.origin import hide_password, read_origin
from runtime.process.errors import ConfigurationError

FIRST = 1767225600
AUTHOR = ("-c", "user.name=x", "-c", "user.email=x@example.org")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A repository with one commit, of 2026."""
    (tmp_path / "terraform").mkdir()
    (tmp_path / "terraform" / "x.tf").touch()
    (tmp_path / "runtime.py").touch()
    git(tmp_path, "init", "-q")
    commit(tmp_path, FIRST)
    return tmp_path


def git(folder: Path, *command: str, **variables: str) -> None:
    """Runs git there."""
    subprocess.run(("git", "-C", str(folder), *AUTHOR, *command), check=True, env={**os.environ, **variables})


def commit(folder: Path, epoch: int) -> None:
    """Everything that is new or changed, at that time."""
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "x", GIT_COMMITTER_DATE=f"{epoch} +0000")


def test_a_clean_clone_has_its_commit(clone: Path) -> None:
    """The full hash."""
    origin = read_origin(clone)
    assert origin.changes == ()
    assert origin.honest_revision == origin.revision
    assert len(origin.revision) == 40


def test_the_dependencies_have_the_time_of_the_last_commit_that_changed_them(clone: Path) -> None:
    """The commits of everything else leave their layers as they are."""
    assert (FIRST, FIRST) == read_times(clone), "none did so far"
    (clone / "Dockerfile").touch()
    commit(clone, FIRST + 100)
    (clone / "runtime.py").write_text("x", encoding="ascii")
    commit(clone, FIRST + 200)
    assert (FIRST + 200, FIRST + 100) == read_times(clone)


def test_the_dependencies_are_no_later_than_the_commit(clone: Path) -> None:
    """Even if the committers' clocks were wrong: BuildKit cuts later times off."""
    (clone / "Dockerfile").touch()
    commit(clone, FIRST + 300)
    (clone / "runtime.py").write_text("x", encoding="ascii")
    commit(clone, FIRST + 200)
    assert (FIRST + 200, FIRST + 200) == read_times(clone)


def read_times(folder: Path) -> tuple[int, int]:
    """The commit's and the dependencies'."""
    origin = read_origin(folder)
    return origin.epoch, origin.dependencies_epoch


@pytest.mark.parametrize("name", ["runtime.py", "new.py"])
def test_changes_are_named(name: str, clone: Path) -> None:
    """Of files that git knows, and of new ones."""
    (clone / name).write_text("x", encoding="ascii")
    origin = read_origin(clone)
    assert origin.changes == (name,)
    assert origin.honest_revision == f"{origin.revision}-changed"


def test_terraform_is_not_in_the_image(clone: Path) -> None:
    """bin/build-image itself writes there."""
    (clone / "terraform" / "x.tf").write_text("x", encoding="ascii")
    assert read_origin(clone).changes == ()


def test_without_a_commit_there_is_no_image(tmp_path: Path) -> None:
    """One line, with the next step."""
    with pytest.raises(ConfigurationError, match=r"^git finds no commit of .* - build in a clone"):
        read_origin(tmp_path)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://user:token@example.org/x.git", "https://example.org/x.git"),
        ("https://example.org/x.git", "https://example.org/x.git"),
        ("git@example.org:x.git", "git@example.org:x.git"),
        ("/home/somebody/x", ""),
        ("file:///home/somebody/x", ""),
        ("", ""),
    ],
)
def test_the_source_has_no_password_and_no_folder(address: str, shown: str) -> None:
    """NFR-SJ-002: labels are public."""
    assert hide_password(address) == shown
