"""If the base cannot be pulled, one is made of this machine's own files; the other tests run on it."""

from __future__ import annotations

import os
import sys
import tarfile
from pathlib import Path

import pytest

from image import building
from image.engine import Engine
from image.host_files import PACKAGES, describe_packages, list_libraries, settle
from image.local_base import FOLDERS, find_python, leave_out, list_candidates, write_context
from runtime.process.errors import ConfigurationError

ABSENT = "3.99"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("usr/local/bin/python3.13", True),
        ("usr/local/bin/pydoc3.13", True),
        ("usr/local/bin/a-command-of-an-installed-package", False),
        ("usr/local/lib/python3.13/json", True),
        ("usr/local/lib/python3.13/ensurepip/_bundled/pip.whl", True),
        ("usr/local/lib/python3.13/site-packages", False),
        ("usr/local/lib/python3.13/test", False),
        ("usr/local/lib/python3.13/json/__pycache__", False),
        ("usr/local/lib/libpython3.13.a", False),
    ],
)
def test_only_what_python_itself_brings_is_taken(name: str, kept: bool) -> None:
    """Not what was installed on this machine since."""
    assert (leave_out(tarfile.TarInfo(name)) is not None) == kept


def test_a_python_that_is_missing_is_named(tmp_path: Path) -> None:
    """With a command that brings it."""
    with pytest.raises(ConfigurationError, match=rf"no CPython {ABSENT} to make a base of - pyenv install {ABSENT}"):
        find_python(ABSENT)


def test_the_python_behind_a_shim_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """pyenv's shim refuses to run a version that is not the chosen one, and HOME may be another's."""
    shim = tmp_path / "shims" / f"python{ABSENT}"
    shim.parent.mkdir()
    shim.write_text("#!/bin/sh\nexit 127\n", encoding="ascii")
    shim.chmod(0o755)
    python = tmp_path / "versions" / f"{ABSENT}.1" / "bin" / "python3"
    python.parent.mkdir(parents=True)
    monkeypatch.setenv("PATH", str(shim.parent))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "elsewhere"))
    assert [str(shim), str(python)] == list(list_candidates(ABSENT))


def test_the_python_beside_the_one_that_runs_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With an empty HOME and a PATH without pyenv."""
    python = tmp_path / "versions" / f"{ABSENT}.1" / "bin" / "python3"
    python.parent.mkdir(parents=True)
    monkeypatch.setenv("PATH", os.devnull)
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "elsewhere"))
    monkeypatch.setattr(sys, "base_prefix", str(tmp_path / "versions" / "3.12.1"))
    assert [str(python)] == list(list_candidates(ABSENT))


def test_only_debian_can_do_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On other systems there is docker."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigurationError, match="a base can be made on Debian alone"):
        write_context(tmp_path, "3.13")


def test_libraries_are_found_with_what_they_are_links_to(tmp_path: Path) -> None:
    """Both are copied, or the link would lead nowhere."""
    found = list_libraries(["/bin/sh", str(tmp_path)])
    assert any("libc.so" in path for path in found)
    assert {str(Path(path).resolve()) for path in found} <= found


def test_the_packages_of_the_files_are_on_record() -> None:
    """The libraries' too, and none that only shares a folder with them: the bill of materials comes from there."""
    recorded = describe_packages([Path("/usr/bin/env"), Path("/lib"), *map(Path, list_libraries(["/usr/bin/openssl"]))])
    names = {line.removeprefix("Package: ") for line in recorded.splitlines() if line.startswith("Package: ")}
    assert {*PACKAGES, "libssl3"} == names


def test_a_link_stays_one_in_its_real_folder(tmp_path: Path) -> None:
    """/bin is a link to /usr/bin on today's Debian: a file cannot be in both."""
    (tmp_path / "usr").mkdir()
    (tmp_path / "usr" / "sh").symlink_to("dash")
    (tmp_path / "bin").symlink_to(tmp_path / "usr")
    assert settle(str(tmp_path / "bin" / "sh")) == tmp_path / "usr" / "sh"


@pytest.mark.parametrize("known", ["inspect", "pull"])
def test_the_real_base_is_preferred(known: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether it is here already or can be fetched."""
    monkeypatch.setattr(building, "succeeds", lambda command: known in command)
    assert building.choose_base(Engine("docker"), "python:3.13-slim") == "python:3.13-slim"


def test_a_base_made_here_is_named_as_one(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """An image on it is for tests: nobody else can build the same."""
    monkeypatch.setattr(building, "succeeds", lambda command: "localhost/" in command[-1])
    monkeypatch.setattr(building, "fingerprint", lambda version: f"of-{version}")
    base = building.choose_base(Engine("docker"), "python:3.13-slim")
    assert base == "localhost/cloudact-jobs-base:of-3.13"
    assert "python:3.13-slim cannot be pulled: built on this machine's Debian files" in capsys.readouterr().out


def test_temporary_folders_are_for_everybody() -> None:
    """And what the platform mounts has a place to be mounted."""
    assert {name for name, mode in FOLDERS.items() if mode == 0o1777} == {"tmp", "var/tmp"}
    assert {"dev", "proc", "sys"} <= set(FOLDERS)
