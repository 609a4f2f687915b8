"""Signs of life while a command waits: one line below the output that moves, on a terminal only."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from types import TracebackType
from typing import Any, Self

# A terminal that is narrower shows what fits.
BAR_WIDTH = 24


class Activity:
    """Use it in a `with`; elsewhere than on a terminal it shows nothing. `live` tells which."""

    def __init__(self) -> None:
        self.live = sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb"
        self._progress: Any = None
        self._task: Any = None
        self._columns: tuple[Any, ...] = ()

    def report(self, text: str, done: int | None = None, total: int | None = None) -> None:
        """What goes on; with `done` of `total` a bar beside it."""
        if self._progress is None:
            return
        self._progress.columns = self._columns if total else (*self._columns[:2], self._columns[3])
        if self._task is None:
            self._task = self._progress.add_task(text, total=None)
        self._progress.update(self._task, description=text, completed=done or 0, total=total)

    def __enter__(self) -> Self:
        if self.live:
            rich = import_module("rich.progress")
            self._columns = (
                rich.SpinnerColumn("line"),
                rich.TimeElapsedColumn(),
                rich.BarColumn(BAR_WIDTH),
                rich.TextColumn("{task.description}", markup=False),
            )
            console = import_module("rich.console").Console(file=sys.stderr)
            self._progress = rich.Progress(
                *self._columns, console=console, transient=True, redirect_stdout=sys.stdout.isatty(), expand=False
            )
            self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._progress is not None:
            self._progress.stop()
            self._progress = None
