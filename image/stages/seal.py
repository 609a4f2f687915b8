"""Finishes a part of the image, the same bytes every time: `seal.py ROOT MODULES EPOCH`, MODULES being within ROOT."""

from __future__ import annotations

import compileall
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from py_compile import PycInvalidationMode

PRIVILEGES = stat.S_ISUID | stat.S_ISGID
OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def compile_modules(root: str, modules: str) -> None:
    """Bytecode beside every module, never checked against its source: nothing changes either in a running job.

    ValueError if a module does not compile.
    """
    fine = compileall.compile_dir(
        root + modules,
        # What tracebacks say is where the module will be.
        stripdir=root,
        prependdir="/",
        maxlevels=32,
        # The base may have bytecode of another kind.
        force=True,
        quiet=1,
        # In one process, and so in one order: the bytecode of a module depends on what was compiled before it.
        workers=1,
        invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
    )
    if not fine:
        raise ValueError(f"a module below {root}{modules} does not compile: see above")


def seal(root: str, epoch: int) -> None:
    """Every time is `epoch`, in seconds of 1970; no program runs with its owner's rights, and only owners write."""
    for path in walk(root):
        mode = os.lstat(path).st_mode
        if not stat.S_ISLNK(mode):
            Path(path).chmod(harden(stat.S_IMODE(mode)))
        os.utime(path, (epoch, epoch), follow_symlinks=False)


def harden(mode: int) -> int:
    """The permissions to ship; a folder in which everybody keeps files (sticky) stays as it is."""
    return mode if mode & stat.S_ISVTX else mode & ~PRIVILEGES & ~OTHERS_WRITE


def walk(folder: str) -> Iterator[str]:
    """Everything below the folder and, last, the folder."""
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.is_dir(follow_symlinks=False):
            yield from walk(entry.path)
        else:
            yield entry.path
    yield folder


if __name__ == "__main__":
    compile_modules(sys.argv[1], sys.argv[2])
    seal(sys.argv[1], int(sys.argv[3]))
