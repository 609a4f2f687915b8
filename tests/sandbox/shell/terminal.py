"""A person at a terminal: a program in a pseudo-terminal, typed at and read."""

from __future__ import annotations

import os
import pty
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from sandbox.terraform_provider.installation import CHECKOUT

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|\r")


class Terminal:
    """A process whose terminal this is. Use it in a `with`; closing hangs up, as closing a window does."""

    def __init__(self, command: Sequence[str], variables: Mapping[str, str]) -> None:
        self.pid, self._own = pty.fork()
        if self.pid == 0:
            os.chdir(CHECKOUT)
            os.execvpe(command[0], list(command), dict(variables))
        self.shown = ""
        self._read = 0

    def type(self, text: str) -> None:
        """As at a keyboard: "\\n" is Return, "\\x04" Ctrl-D, "\\x03" Ctrl-C."""
        os.write(self._own, text.encode())

    def wait_for(self, pattern: str) -> re.Match[str]:
        """Reads on until it was shown. Raises AssertionError with all that was if the program ends before."""
        while True:
            if found := re.compile(pattern).search(self.shown, self._read):
                self._read = found.end()
                return found
            assert self._receive(), self.shown

    def wait_for_end(self) -> int:
        """The exit status."""
        while self._receive():
            continue
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def _receive(self) -> bool:
        try:
            piece = os.read(self._own, 65536)
        except OSError:
            return False
        self.shown = ESCAPES.sub("", self.shown + piece.decode("utf-8", "replace"))
        return bool(piece)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        os.close(self._own)


def count_processes(text: str) -> int:
    """How many processes of this machine have the text in their command line."""
    found = 0
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found += text.encode() in file.read_bytes()
        except OSError:
            continue
    return found
