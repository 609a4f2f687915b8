"""Debian's files on this machine that a small Python base image is made of, without asking any server."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

# What a stage of the Dockerfile runs besides Python, and what a job needs at run time.
PACKAGES = (
    "base-files",
    "base-passwd",
    "ca-certificates",
    "coreutils",
    "dash",
    "libc-bin",
    "libc6",
    "libgcc-s1",
    "netbase",
    "openssl",
    "tzdata",
)
# Made by the packages' scripts, so in no list of files.
GENERATED = ("/bin/sh", "/etc/ssl/certs")
# Since /usr was merged, links to the folders of the same name there.
MERGED = ("/bin", "/lib", "/lib64", "/sbin")
DOCUMENTATION = re.compile(r"/usr/share/(doc|info|lintian|locale|man)/")
# Of extensions that no job uses, with libraries that servers rarely have.
DESKTOP = re.compile(r"_(tkinter|curses|curses_panel|dbm|gdbm)\.")
LIBRARY = re.compile(r"(/\S+) \(0x[0-9a-f]+\)$", re.MULTILINE)


def list_host_files(python: Path) -> set[Path]:
    """All but Python itself, whose prefix is `python`: files and links, each under the path where it really is."""
    packaged = [path for path in list_packaged(PACKAGES) if not DOCUMENTATION.match(path)]
    generated = [str(path) for name in GENERATED for path in (Path(name), *Path(name).glob("*"))]
    files = {settle(path) for path in chain(packaged, generated)}
    linked = {settle(path) for path in list_libraries(find_binaries(files, python)) if not path.startswith(str(python))}
    folders = {Path(name) for name in MERGED if Path(name).is_symlink()}
    return {path for path in files | linked | folders if path.is_symlink() or path.is_file()}


def describe_packages(files: Iterable[Path]) -> str:
    """What dpkg has on record of the packages that own the files: its status file, as far as they go."""
    # Many packages own a folder.
    paths = [str(path) for path in files if not path.is_dir()]
    # Packages from before the merge call /usr/lib /lib.
    owners = run(
        ("dpkg-query", "--search", *paths, *(path.removeprefix("/usr") for path in paths)), accept_failure=True
    )
    lines = [line.partition(": ")[0].split(", ") for line in owners.splitlines() if not line.startswith("diversion by")]
    names = {name.partition(":")[0] for name in chain(PACKAGES, *lines)}
    return run(("dpkg-query", "--status", *sorted(names)))


def list_packaged(packages: Iterable[str]) -> list[str]:
    """The paths that the packages own."""
    return run(("dpkg-query", "--listfiles", *packages)).splitlines()


def find_binaries(files: Iterable[Path], python: Path) -> Iterator[str]:
    """Every program, and every extension of Python's."""
    yield from (str(path) for path in files if path.parent.name == "bin" and not path.is_symlink())
    yield from (str(path) for path in python.glob("bin/python3.*") if not path.name.endswith("config"))
    yield from (str(path) for path in python.glob("lib/python3.*/lib-dynload/*.so") if not DESKTOP.search(path.name))


def list_libraries(binaries: Iterable[str]) -> set[str]:
    """The shared libraries that the binaries load, and what those are links to; scripts among them load none."""
    output = run(("ldd", *binaries), accept_failure=True)
    return {path for found in LIBRARY.findall(output) for path in (found, os.path.realpath(found))}


def settle(path: str) -> Path:
    """The path with every folder on the way resolved; a link at its end stays a link."""
    folder, name = os.path.split(path)
    return Path(os.path.realpath(folder), name)


def run(command: tuple[str, ...], *, accept_failure: bool = False) -> str:
    """Its standard output."""
    return subprocess.run(command, capture_output=True, text=True, check=not accept_failure).stdout
