"""What was not changed does not break: an environment has the locked packages, not newer ones."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.tools.package_index import Index, make_old_environment, serve_index
from tools import locked_packages
from tools.locked_packages import make_environment
from tools.steps import StepFailed

LOCKED = {"app": "1.0", "library": "1.0", "speedup": "1.0"}


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    """The only index that pip is told of."""
    for name in list(os.environ):
        if name.startswith(("PIP_", "UV_")):
            monkeypatch.delenv(name)
    with serve_index(tmp_path / "index") as index:
        monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
        monkeypatch.setenv("PIP_INDEX_URL", index.url)
        monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
        monkeypatch.setattr(locked_packages, "create", make_old_environment)
        yield index


@pytest.fixture
def lock(index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An app that needs an extra of a library, all locked; the library has been released anew since then."""
    file = tmp_path / "lock.txt"
    lines = [
        index.add("app", "1.0", "library[fast]"),
        index.add("library", "1.0", 'speedup; extra == "fast"'),
        index.add("speedup", "1.0"),
        index.add_uv(),
    ]
    index.add("library", "2.0", 'speedup; extra == "fast"')
    file.write_text("".join(lines), encoding="utf-8")
    monkeypatch.setattr(locked_packages, "INSTALLER", file)
    return file


def list_installed(folder: Path) -> dict[str, str]:
    """Versions by name, without the installers."""
    (packages,) = folder.glob("lib/python*/site-packages")
    found = dict(path.stem.split("-")[:2] for path in packages.glob("*.dist-info"))
    return {name: release for name, release in found.items() if name not in ("pip", "uv")}


def test_the_pip_that_a_system_brings_falls_for_a_newer_release(lock: Path, tmp_path: Path) -> None:
    """Or the next test would prove nothing: given the whole lock, it looks for the extra's newest library."""
    make_old_environment(tmp_path / "venv")
    command = [str(tmp_path / "venv/bin/python"), "-m", "pip", "install", "--require-hashes", "-r", str(lock)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "These do not:\n    library[fast]" in done.stderr


def test_exactly_the_locked_versions_are_installed_once(lock: Path, index: Index, tmp_path: Path) -> None:
    """With that pip, and with the newer release on the index; every make asks for it, so the next costs no request."""
    make_environment(tmp_path / "venv", lock)
    assert list_installed(tmp_path / "venv") == LOCKED
    index.requests.clear()
    make_environment(tmp_path / "venv", lock)
    assert index.requests == []


def test_what_fails_is_shown_and_is_made_good_the_next_time(lock: Path, index: Index, tmp_path: Path) -> None:
    """The installer's own words, and nothing guessed; a half-made environment counts as none."""
    wheel = index.folder / "simple" / "speedup" / "speedup-1.0-py3-none-any.whl"
    wheel.rename(tmp_path / wheel.name)
    with pytest.raises(StepFailed, match=r"(?s)locked packages failed:\n.*speedup"):
        make_environment(tmp_path / "venv", lock)
    (tmp_path / wheel.name).rename(wheel)
    make_environment(tmp_path / "venv", lock)
    assert list_installed(tmp_path / "venv") == LOCKED


def test_a_file_that_is_not_the_locked_one_is_refused(lock: Path, index: Index, tmp_path: Path) -> None:
    """The index may serve what it likes."""
    index.add("speedup", "1.0", "something-else")
    with pytest.raises(StepFailed, match=r"(?s)locked packages failed:\n.*[Hh]ash"):
        make_environment(tmp_path / "venv", lock)


def test_a_package_without_what_it_needs_is_reported(index: Index, lock: Path, tmp_path: Path) -> None:
    """A lock that is not complete is no lock."""
    lock.write_text(index.add("app", "1.0", "library") + index.add_uv(), encoding="utf-8")
    with pytest.raises(StepFailed, match=r"(?s)locked packages failed:\n.*app.* requires .*library"):
        make_environment(tmp_path / "venv", lock)


def test_settings_of_uv_change_nothing(lock: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a user's variables and of a uv.toml in a folder around: neither another index nor other versions."""
    (tmp_path / "uv.toml").write_text("[pip]\nno-index = true\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    variables = {"UV_OFFLINE": "1", "UV_EXCLUDE_NEWER": "2001-01-01", "UV_DEFAULT_INDEX": "http://127.0.0.1:9/simple"}
    for name, text in variables.items():
        monkeypatch.setenv(name, text)
    make_environment(tmp_path / "venv", lock)
    assert list_installed(tmp_path / "venv") == LOCKED


def test_an_index_that_only_pip_knows_is_used_by_both(
    lock: Path, index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A company's mirror is usually written into pip.conf, which uv does not read."""
    (tmp_path / "pip.conf").write_text(f"[global]\nindex-url = {index.url}\n", encoding="utf-8")
    monkeypatch.delenv("PIP_INDEX_URL")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    make_environment(tmp_path / "venv", lock)
    assert list_installed(tmp_path / "venv") == LOCKED


def test_scripts_know_their_place_so_a_moved_environment_is_made_anew(lock: Path, tmp_path: Path) -> None:
    """A clone that was moved or copied works."""
    make_environment(tmp_path / "venv", lock)
    (tmp_path / "venv").rename(tmp_path / "moved")
    (tmp_path / "moved" / "left").touch()
    make_environment(tmp_path / "moved", lock)
    assert not (tmp_path / "moved" / "left").exists()
    assert list_installed(tmp_path / "moved") == LOCKED


def test_a_python_without_ensurepip_is_reported_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Debian's own, until its package python3-venv is there."""
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "ensurepip" else find(name))
    with pytest.raises(StepFailed) as caught:
        locked_packages.create(tmp_path / "venv")
    assert str(caught.value) == (
        f"Python {sys.version.split()[0]} ({sys.executable}) has no module ensurepip: "
        "on Debian, apt-get install python3-venv"
    )


def test_every_lock_has_its_installer() -> None:
    """The development lock has uv, which installs them all, in the version that these tests run."""
    assert f"\nuv=={version('uv')} " in locked_packages.INSTALLER.read_text(encoding="utf-8")
