"""A stand-in for python:3.x-slim, made of this machine's Debian files and CPython."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from image.host_files import describe_packages, list_host_files
from runtime.process.errors import ConfigurationError

# What is in the official images neither, and what was added here to an installation.
LEFT_OUT = ("__pycache__", "site-packages", "test")
COMMANDS = ("idle3", "pydoc3", "python3")
PASSWORDS = {"/etc/passwd": "/usr/share/base-passwd/passwd.master", "/etc/group": "/usr/share/base-passwd/group.master"}
FOLDERS = {"dev": 0o755, "proc": 0o755, "root": 0o700, "run": 0o755, "sys": 0o755, "tmp": 0o1777, "var/tmp": 0o1777}
DOCKERFILE = """\
FROM scratch
ADD base.tar /
ENV PATH=/usr/local/bin:/usr/bin:/bin LANG=C.UTF-8
RUN ["/sbin/ldconfig"]
RUN ["python3", "-m", "ensurepip", "--default-pip"]
"""


def write_context(folder: Path, version: str) -> None:
    """Writes what the base is built from: base.tar and its Dockerfile. `version` is Python's: "3.13".

    ConfigurationError if this machine is no Debian or has no such Python.
    """
    if not shutil.which("dpkg-query"):
        raise ConfigurationError("a base can be made on Debian alone", "install docker, and see that it can pull")
    python = find_python(version)
    (folder / "Dockerfile").write_text(DOCKERFILE, encoding="ascii")
    with tarfile.open(folder / "base.tar", "w") as archive:
        add_system(archive, list_host_files(python))
        for name in ("bin", "include", "lib"):
            archive.add(python / name, f"usr/local/{name}", filter=leave_out)
        archive.addfile(describe_link("usr/local/bin/python", f"python{version}"))


def add_system(archive: tarfile.TarFile, files: set[Path]) -> None:
    """The files under their own paths, the folders that mounts and temporary files need, no user names, and the
    packages that all this comes from."""
    for path in sorted(files - set(map(Path, PASSWORDS))):
        archive.add(path, recursive=False)
    for name, master in PASSWORDS.items():
        archive.add(master, name)
    for name, mode in FOLDERS.items():
        archive.addfile(describe_folder(name, mode))
    record = describe_packages(files).encode()
    entry = tarfile.TarInfo("var/lib/dpkg/status")
    entry.size = len(record)
    archive.addfile(entry, BytesIO(record))


def find_python(version: str) -> Path:
    """The prefix of a complete CPython that is not Debian's own, else ConfigurationError."""
    for candidate in list_candidates(version):
        question = (candidate, "-c", "import sys; print(sys.base_prefix)")
        answer = subprocess.run(question, capture_output=True, text=True, check=False)
        prefix = Path(answer.stdout.strip() or "/")
        if answer.returncode == 0 and (prefix / f"lib/python{version}/ensurepip").is_dir():
            return prefix
    raise ConfigurationError(f"this machine has no CPython {version} to make a base of", f"pyenv install {version}")


def list_candidates(version: str) -> Iterator[str]:
    """Where it may be: this one, on the PATH, in pyenv's folder, which has its shims too, beside this one."""
    if sys.version.startswith(f"{version}."):
        yield sys.executable
    found = shutil.which(f"python{version}")
    if found:
        yield found
    roots = [Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))] + ([Path(found).parents[1]] if found else [])
    for root in dict.fromkeys((*roots, Path(sys.base_prefix).parent.parent)):
        yield from (str(path / "bin" / "python3") for path in sorted(root.glob(f"versions/{version}.*")))


def leave_out(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """None for what the base does without."""
    path = Path(member.name)
    foreign = path.parent.name == "bin" and not path.name.startswith(COMMANDS)
    return None if foreign or path.name in LEFT_OUT or path.suffix == ".a" else member


def describe_folder(name: str, mode: int) -> tarfile.TarInfo:
    """An empty folder."""
    folder = tarfile.TarInfo(name)
    folder.type, folder.mode = tarfile.DIRTYPE, mode
    return folder


def describe_link(name: str, target: str) -> tarfile.TarInfo:
    """A symbolic link."""
    link = tarfile.TarInfo(name)
    link.type, link.linkname = tarfile.SYMTYPE, target
    return link
