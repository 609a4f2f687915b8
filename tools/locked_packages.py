"""A virtual environment with exactly the packages of a lock. Nothing is resolved: what an index offers beside the
locked files makes no difference, today or in a year.

pip only fetches uv, by the hashes of the lock; uv installs the rest, from pip's configured indexes.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import sys
import tempfile
from pathlib import Path

from tools.pip_settings import translate_settings
from tools.steps import StepFailed, one_at_a_time, run_step

REQUIREMENTS = Path(__file__).resolve().parent.parent / "requirements"
# The lock that has uv.
INSTALLER = REQUIREMENTS / "dev.txt"


def make_environment(folder: Path, lock: Path) -> None:
    """Does nothing if the folder has what the lock says. Raises StepFailed; the next time then begins anew."""
    with one_at_a_time(lock):
        stamp = folder / "installed"
        fingerprint = identify(folder, lock)
        if (folder / "bin" / "python").exists() and stamp.exists() and stamp.read_text() == fingerprint:
            return
        create(folder)
        install_uv(folder, INSTALLER)
        install(folder, lock)
        stamp.write_text(fingerprint)


def identify(folder: Path, lock: Path) -> str:
    """Changes with the lock, with the Python, and with the place: scripts in an environment know their path."""
    return hashlib.sha256(b"\0".join((lock.read_bytes(), sys.version.encode(), bytes(folder)))).hexdigest()


def create(folder: Path) -> None:
    """A new environment with this Python and its pip; what was there is removed."""
    version = ".".join(map(str, sys.version_info[:3]))
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        raise StepFailed(
            f"Python {version} ({sys.executable}) has no module {missing[0]}: on Debian, apt-get install python3-venv"
        )
    run_step(f"{folder.name}: environment of Python {version}", [sys.executable, "-m", "venv", "--clear", str(folder)])


def install_uv(folder: Path, lock: Path) -> None:
    """The lock's own uv, by the environment's own pip."""
    pinned = re.search(r"^uv==(\S+) .*(?:\n .*)*", lock.read_text(encoding="utf-8"), re.MULTILINE)
    if pinned is None:
        raise StepFailed(f"{lock.name} does not lock uv: make lock")
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as line:
        line.write(pinned[0] + "\n")
        line.flush()
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--disable-pip-version-check"]
        run_step(f"{folder.name}: uv {pinned[1]}", [*pip, "--no-deps", "--require-hashes", "-r", line.name])


def install(folder: Path, lock: Path) -> None:
    """What the lock names and nothing else, then a look whether everything that each package needs is there."""
    count = len(set(re.findall(r"^(\w\S*)==", lock.read_text(encoding="utf-8"), re.MULTILINE)))
    python = str(folder / "bin" / "python")
    uv = [str(folder / "bin" / "uv"), "--no-config", "pip"]
    # The hashes say what is taken, so it does not matter which index has it. Compiled here, while dots are shown: else
    # the first command would be silent for seconds, and each of several at once would compile the same again.
    options = ["--require-hashes", "--index-strategy", "unsafe-best-match", "--compile-bytecode"]
    sync = [*uv, "sync", *options, "--python", python, str(lock)]
    check = [*uv, "check", "--python", python]
    run_step(f"{folder.name}: {count} locked packages", sync, check, environment=choose_variables(folder))


def choose_variables(folder: Path) -> dict[str, str]:
    """The environment of uv: none of uv's settings but the cache's place, since one could change what is taken."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("UV_")}
    cache = os.environ.get("UV_CACHE_DIR")
    if cache is None and not os.access(os.path.expanduser("~"), os.W_OK):  # noqa: PTH111 - Path.home() raises
        cache = str(folder / "cache")
    return kept | translate_settings(folder / "bin" / "python") | ({} if cache is None else {"UV_CACHE_DIR": cache})
