"""Carries out a container as a process of this machine."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sandbox.control_plane.run.runner import Container, Exit, OnLine

# What a shell says of a command that is not there.
NOT_FOUND = 127


@dataclass(frozen=True, slots=True)
class Program:
    """What stands for an image: `argv`, started in `folder`, is its `entry_point`; `env` is the image's own."""

    argv: tuple[str, ...]
    folder: Path
    entry_point: tuple[str, ...] = ("python", "-I", "-S", "/app/__main__.py")
    env: tuple[tuple[str, str], ...] = (
        ("HOME", "/root"),
        ("LANG", "C.UTF-8"),
        ("PATH", "/usr/local/bin:/usr/bin:/bin"),
    )


class ProcessRunner:
    """Starts the program that stands for an image (by the image's name without digest).

    `network` replaces what the network is to the real container: addresses of the stand-ins, by environment variable.
    """

    def __init__(
        self, programs: Mapping[str, Program], network: Mapping[str, str] | None = None, *, passes_time: bool = True
    ) -> None:
        self._programs = programs
        self.network = dict(network or {})
        self._passes_time = passes_time

    @property
    def passes_time(self) -> bool:
        """Whether processes live in the time of the timeline; false when that one stands still."""
        return self._passes_time

    def start(
        self, container: Container, env: Mapping[str, str], on_line: OnLine, on_end: Callable[[], None]
    ) -> Process:
        """Starts it in its own session. Raises KeyError for an image that no program stands for."""
        program = self._programs[container.image.partition("@")[0]]
        if container.command not in ((), program.entry_point):
            on_line("stderr", f"exec: {container.command[0]}: not found in the image")
            on_end()
            return Process(None)
        process = subprocess.Popen(
            [*program.argv, *container.args],
            cwd=program.folder,
            env={**dict(program.env), **env, **self.network},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        handle = Process(process)
        threading.Thread(target=handle.attend, args=(on_line, on_end), daemon=True).start()
        return handle


class Process:
    """A started process, or the failure to start one."""

    def __init__(self, process: subprocess.Popen[bytes] | None) -> None:
        self._process = process
        self._exit = Exit(NOT_FOUND) if process is None else None

    def poll(self) -> Exit | None:
        """How it ended, None until its last line was delivered."""
        return self._exit

    def send_signal(self, number: int) -> None:
        """SIGTERM reaches the first process alone, as in a container; SIGKILL all of them."""
        if self._process is None or self._process.returncode is not None:
            return
        if number == signal.SIGKILL:
            os.killpg(self._process.pid, number)
        else:
            self._process.send_signal(number)

    def attend(self, on_line: OnLine, on_end: Callable[[], None]) -> None:
        """Delivers the lines until both streams end, then says how the process ended."""
        assert self._process is not None
        streams = {"stdout": self._process.stdout, "stderr": self._process.stderr}
        readers = [threading.Thread(target=_deliver, args=(name, pipe, on_line)) for name, pipe in streams.items()]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        code = self._process.wait()
        self._exit = Exit(signal=-code) if code < 0 else Exit(code)
        on_end()


def _deliver(name: str, pipe: IO[bytes] | None, on_line: OnLine) -> None:
    assert pipe is not None
    with pipe:
        for line in pipe:
            on_line(name, line.decode("utf-8", "replace").rstrip("\n"))
