"""One sandbox for each checkout: the first shell hosts it, later ones join it, and nothing of it is left."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import md5
from pathlib import Path
from typing import IO

from sandbox.guarded import PLACES, guard
from sandbox.terraform_provider.installation import CHECKOUT

LOOK_SECONDS = 0.2
FILES = ("run", "session.json", "guests", "lock")


class Session:
    """The folder of a checkout's sandbox, in `places`."""

    def __init__(self, places: Path = PLACES, checkout: Path = CHECKOUT) -> None:
        self.folder = places / f"cloudact-sandbox-{os.getuid()}-{md5(bytes(checkout)).hexdigest()[:8]}"
        self.run = self.folder / "run"
        self.kept = self.folder / "kept"
        self._file = self.folder / "session.json"

    @contextmanager
    def host(self) -> Iterator[bool]:
        """True if this process is the first: then an empty `run` is there, and is gone after the end.

        At the end it waits for the guests to leave.
        """
        lock = self._lock()
        if lock is None:
            yield False
            return
        with guard(self.folder, *FILES):
            subprocess.run(("rm", "-rf", self.run, self._file), check=True)
            self.run.mkdir()
            try:
                yield True
            finally:
                self._file.unlink(missing_ok=True)
        lock.close()

    def publish(self, description: object) -> None:
        """Lets guests in: `description` is what they need to know."""
        draft = self.folder / "run" / "session.json"
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(description), encoding="utf-8")
        draft.replace(self._file)

    @contextmanager
    def join(self, say: Callable[[str], object]) -> Iterator[dict[str, object] | None]:
        """What the host published, once it has; None if it ended before that. The host stays until this ends."""
        description = self._await_host(say)
        if description is None:
            yield None
            return
        with (self.folder / "guests").open("a") as presence:
            fcntl.flock(presence, fcntl.LOCK_SH)
            yield description

    def await_guests(self, say: Callable[[str], object]) -> None:
        """Returns when nobody else is in the sandbox."""
        with (self.folder / "guests").open("a") as presence:
            if not _try_lock(presence):
                say("sandbox: another shell is still in it; it ends with that one (Ctrl-C ends it now)")
                fcntl.flock(presence, fcntl.LOCK_EX)

    def _lock(self) -> IO[str] | None:
        """The lock, which ends with this process; None while another has it."""
        while True:
            self.folder.mkdir(mode=0o755, exist_ok=True)
            path = self.folder / "lock"
            lock = path.open("a")
            if not _try_lock(lock):
                lock.close()
                return None
            # The last host may just have removed the file that was opened here.
            if path.exists() and os.fstat(lock.fileno()).st_ino == path.stat().st_ino:
                return lock
            lock.close()

    def _await_host(self, say: Callable[[str], object]) -> dict[str, object] | None:
        last_word = 0.0
        while not self._file.exists():
            if time.monotonic() - last_word > 10 * LOOK_SECONDS:
                say("sandbox: another make sandbox is starting it ...")
                last_word = time.monotonic()
            time.sleep(LOOK_SECONDS)
            lock = self._lock()
            if lock is not None:
                lock.close()
                return None
        description: dict[str, object] = json.loads(self._file.read_text(encoding="utf-8"))
        return description


def _try_lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
