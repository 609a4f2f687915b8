"""One JSON line per event, as Cloud Logging reads it; secrets are masked."""

from __future__ import annotations

import json
import os
from _thread import allocate_lock, get_ident
from collections.abc import Callable

from runtime.process.clock import Clock
from runtime.process.secret import Redactor

# Cloud Logging takes entries up to 256 KiB; a text field never needs more than this of it.
TEXT_LIMIT = 4000
_ENCODER = json.JSONEncoder(separators=(",", ":"))
# Words of the code, which tools read: a key as short as a part of one must not corrupt them.
_OWN_WORDS = frozenset(("severity", "time", "event", "job", "status"))


def write_whole(text: bytes, descriptor: int = 1) -> None:
    """All of it, to stdout or stderr, past every buffer. A reader that went away must not stop the job's work."""
    try:
        while text:
            text = text[os.write(descriptor, text) :]
    except OSError:
        pass


class Log:
    """Writes events. Safe to use from several threads, and from a signal's handler by `between_lines`.

    `redactor` masks what is written; its `shorten` is for texts that have to be cut before they get here.
    """

    def __init__(
        self,
        clock: Clock,
        redactor: Redactor,
        fields: dict[str, object],
        write: Callable[[bytes], None] = write_whole,
    ) -> None:
        self._clock = clock
        self.redactor = redactor
        self.shorten = redactor.shorten
        self._fields = fields
        self._write = write
        self._lock = allocate_lock()
        # Handlers of signals run in the thread that made the log, the main one.
        self._thread = get_ident()
        self._at_work = False
        self._postponed: Callable[[], object] | None = None
        self._finished = False

    def debug(self, event: str, **fields: object) -> None:
        """Useful only for following a single request."""
        self._emit("DEBUG", event, fields)

    def info(self, event: str, **fields: object) -> None:
        """The normal course."""
        self._emit("INFO", event, fields)

    def warning(self, event: str, **fields: object) -> None:
        """Somebody should know; the job goes on."""
        self._emit("WARNING", event, fields)

    def error(self, event: str, **fields: object) -> None:
        """Why the job fails."""
        self._emit("ERROR", event, fields)

    def finish(self, severity: str, **fields: object) -> None:
        """The summary, the last line: anything that a thread still at work reports later is dropped."""
        self._emit(severity, "summary", fields)

    def _emit(self, severity: str, event: str, fields: dict[str, object]) -> None:
        moment = self._clock.now().isoformat(timespec="microseconds").replace("+00:00", "Z")
        record = {"severity": severity, "time": moment, "event": event, **self._fields, **fields}
        # The record's own names are the code's; those further down may be anybody's.
        shown = {name: value if name in _OWN_WORDS else self._mask(value) for name, value in record.items()}
        line = _ENCODER.encode(shown) + "\n"
        if get_ident() != self._thread:
            self._append(line, event)
            return
        # Before the lock is taken: a handler that waited for it would wait for its own thread.
        self._at_work = True
        try:
            self._append(line, event)
        finally:
            self._at_work = False
            if self._postponed is not None:
                self.between_lines(self._postponed)

    def _append(self, line: str, event: str) -> None:
        with self._lock:
            if not self._finished:
                self._write(line.encode("ascii"))
                self._finished = event == "summary"

    def between_lines(self, action: Callable[[], object]) -> None:
        """For a signal's handler: calls it now, or after the line that was interrupted; after the summary, never."""
        if self._at_work:
            self._postponed = action
        elif not self._finished:
            self._postponed = None
            action()

    def _mask(self, value: object) -> object:
        if isinstance(value, str):
            return self.shorten(value, TEXT_LIMIT)
        if isinstance(value, dict):
            return {self._mask(str(name)): self._mask(item) for name, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self._mask(item) for item in value]
        return value if isinstance(value, (int, float, type(None))) else self._mask(str(value))
