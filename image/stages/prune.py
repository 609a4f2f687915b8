"""Removes what no job needs: `prune.py interpreter PREFIX` or `prune.py packages FOLDER`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

# Pattern -> what it is for.
UNNEEDED = {
    "interpreter": {
        "bin/idle*": "an editor",
        "bin/pip*": "installs packages",
        "bin/pydoc*": "shows documentation",
        "bin/python*-config": "tells compilers where Python is",
        "include": "headers, to compile extensions",
        "lib/python3*/config-3*": "links Python into other programs",
        "lib/python3*/ensurepip": "installs pip",
        "lib/python3*/idlelib": "an editor",
        "lib/python3*/pydoc_data": "texts of the interactive help",
        "lib/python3*/site-packages/*": "pip; the jobs' packages come from their own stage",
        "lib/python3*/tkinter": "windows",
        "lib/python3*/turtledemo": "windows",
    },
    "packages": {
        "**/*.c": "sources of the extensions beside them",
        "**/*.h": "headers, to compile extensions",
        "**/*.proto": "sources of the modules beside them",
        "**/*.pyi": "for type checkers",
        "**/py.typed": "for type checkers",
        "**/tests": "the packages' own tests",
        "bin": "commands",
        "cffi": "compiles extensions; _cffi_backend, which cryptography uses, stays",
        "google/cloud/secretmanager_v1beta*": "versions of the API that came before v1",
        "grpc/_cython/_credentials": "the CA certificates of gRPC channels",
        "grpc/_cython/cygrpc.*.so": "gRPC channels, 17 MB: cygrpc.py takes its place",
        "pyasn1_modules*": "reads keys if the cryptography package is missing",
        "pycparser*": "compiles extensions",
    },
}


def prune(folder: Path, unneeded: dict[str, str]) -> None:
    """Removes every match. ValueError names the patterns that match nothing: a release has moved what they are for."""
    stale = [pattern for pattern in unneeded if not remove_matches(folder, pattern)]
    if stale:
        raise ValueError(f"nothing in {folder} matches {', '.join(stale)}: correct UNNEEDED in {Path(__file__).name}")


def remove_matches(folder: Path, pattern: str) -> bool:
    """Whether there was anything to remove."""
    found = sorted(folder.glob(pattern))
    for path in found:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    return bool(found)


if __name__ == "__main__":
    prune(Path(sys.argv[2]), UNNEEDED[sys.argv[1]])
