"""What is being done, a line for each step as it ends, and a sign of life while one takes long."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

# People take three seconds without a word for a standstill.
SILENCE_SECONDS = 2.0


class Progress:
    """Steps may run at the same time. Use it in a `with`, which ends the signs of life."""

    def __init__(self, write: Callable[[str], object], silence: float = SILENCE_SECONDS) -> None:
        """`write` takes a line without its end; `silence` is in seconds."""
        self._write = write
        self._silence = silence
        self._running: dict[str, float] = {}
        self._lock = threading.Lock()
        self._spoken = threading.Event()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._speak_up, name="progress", daemon=True)

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """One step; its line has the seconds that it took. A step that fails leaves no line: the error says it."""
        self._running[title] = started = time.monotonic()
        try:
            yield
        finally:
            # From here on nobody says any more that it runs.
            with self._lock:
                del self._running[title]
        self.say(f"  {title:<44} {time.monotonic() - started:4.1f} s")

    def say(self, line: str) -> None:
        """Writes a line between the steps'."""
        self._spoken.set()
        with self._lock:
            self._write(line)

    def _speak_up(self) -> None:
        while not self._over.is_set():
            self._spoken.clear()
            if self._spoken.wait(self._silence) or self._over.is_set():
                continue
            with self._lock:
                for title, started in list(self._running.items())[:1]:
                    self._write(f"  ... {title}: {time.monotonic() - started:.0f} s so far")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._spoken.set()
        self._thread.join()
