"""A revision is honest: it says so where the files are not the commit's."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from image.origin import hide_password, read_origin
from runtime.errors import ConfigurationError

AUTHOR = ("-c", "user.name=x", "-c", "user.email=x@example.org")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A repository with one commit."""
    (tmp_path / "terraform").mkdir()
    (tmp_path / "terraform" / "x.tf").touch()
    (tmp_path / "runtime.py").touch()
    for command in (("init", "-q"), ("add", "."), (*AUTHOR, "commit", "-qm", "x", "--date=2026-01-01T00:00:00Z")):
        subprocess.run(("git", "-C", str(tmp_path), *command), check=True)
    return tmp_path


def test_a_clean_clone_has_its_commit(clone: Path) -> None:
    """The full hash."""
    origin = read_origin(clone)
    assert origin.changes == ()
    assert origin.honest_revision == origin.revision
    assert len(origin.revision) == 40


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
    with pytest.raises(ConfigurationError, match=r"^git tells no commit of .* - build in a clone"):
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
