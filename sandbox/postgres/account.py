"""The account without rights as which root runs PostgreSQL, which refuses root, and the folders it needs."""

from __future__ import annotations

import os
import pwd
import stat
import subprocess
from collections.abc import Iterable
from pathlib import Path

from sandbox.postgres.binaries import is_reachable

UNPRIVILEGED = "nobody"
# Not TMPDIR, which may be long: a socket's path has 107 bytes at most.
TEMPORARY = (Path("/tmp"), Path("/var/tmp"))
# Linux' file system in memory. Containers often have a small one, and a server takes up to 100 MB.
MEMORY = Path("/dev/shm")
MEMORY_BYTES = 2 << 30
_ANYBODY = stat.S_IWOTH | stat.S_IXOTH


def find_account() -> pwd.struct_passwd | None:
    """The account to run servers as; None if this process may run them itself."""
    return pwd.getpwnam(UNPRIVILEGED) if os.geteuid() == 0 else None


def find_temporary(account: pwd.struct_passwd | None, candidates: Iterable[Path] = TEMPORARY) -> Path:
    """The first folder in which the server's account may remove what is its own; RuntimeError if there is none."""
    candidates = tuple(candidates)
    for folder in candidates:
        if account is None and os.access(folder, os.W_OK | os.X_OK):
            return folder
        if account is not None and folder.is_dir() and folder.stat().st_mode & _ANYBODY == _ANYBODY:
            return folder
    names = ", ".join(map(str, candidates))
    raise RuntimeError(f"PostgreSQL needs a temporary folder that anybody may write to; none of these is one: {names}")


def find_memory(folder: Path = MEMORY) -> Path | None:
    """The folder if it has room for several servers; a database is made there in a tenth of the time."""
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        return None
    room = os.statvfs(folder)
    return folder if room.f_bavail * room.f_frsize >= MEMORY_BYTES else None


def give_away(kept: Path, temporary: Path, account: pwd.struct_passwd) -> None:
    """Lets the account have the folder of the data, and the temporary one with all that is in it."""
    kept.mkdir(parents=True, exist_ok=True)
    if not is_reachable(kept.parent):
        raise RuntimeError(
            f"{kept} is out of reach for {account.pw_name}, which has to run PostgreSQL: choose one in /var/tmp"
        )
    for path in (kept, temporary, *temporary.rglob("*")):
        os.chown(path, account.pw_uid, account.pw_gid)


def run_unprivileged(command: list[str], account: pwd.struct_passwd | None) -> subprocess.Popen[str]:
    """Starts the command as the account, its three standard streams being pipes."""
    if account is not None:
        demotion = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups", "--"]
        command = demotion + command
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
        text=True,
        start_new_session=True,  # or Ctrl-C would reach the server before its clients are through
    )
