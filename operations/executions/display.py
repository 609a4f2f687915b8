"""What an operator sees of an execution while it runs."""

from __future__ import annotations

import sys
from datetime import timedelta

from operations.cloud.executions import Execution
from operations.cloud.logs import SEVERITIES, LogLine
from operations.executions.lines import render_line
from operations.terminal.activity import Activity
from operations.terminal.printable import clean


class Display:
    """Log lines as they come. On a terminal a line below them tells the state, the seconds and the progress.

    The summary is not shown: the result says it. `least` is the lowest severity; `verbose` shows everything. With
    `as_json` standard output is left to a document.
    """

    def __init__(
        self,
        activity: Activity,
        tasks: int,
        *,
        least: str = "INFO",
        verbose: bool = False,
        indent: str = "",
        as_json: bool = False,
    ) -> None:
        self._activity = activity
        self._tasks = tasks
        self._least = least
        self._verbose = verbose
        self._indent = indent
        self._as_json = as_json
        self._progress: dict[int, LogLine] = {}
        self._waiting = "pending"

    def show(self, line: LogLine) -> None:
        """One line of the log."""
        if line.fields.get("event") == "progress":
            self._progress[line.task] = line
            self._show_state()
            if self._activity.live and not self._verbose:
                return
        if self._verbose or _is_shown(line, self._least):
            text = clean(f"{self._indent}{render_line(line, tasks=self._tasks)}")
            # By their names at each line: the moving line below puts others in their places.
            print(text, file=sys.stderr if self._as_json else sys.stdout, flush=True)

    def watch(self, execution: Execution) -> None:
        """How the execution fares."""
        self._waiting = "running" if execution.started else "pending"
        self._show_state()

    def _show_state(self) -> None:
        if not self._progress:
            self._activity.report(self._waiting)
            return
        done, left, rate = sum_progress(list(self._progress.values()))
        seconds = f", {timedelta(seconds=round(left / rate))} left" if rate else ""
        self._activity.report(f"{done} of {done + left}, {rate:.1f}/s{seconds}", done, done + left)


def sum_progress(lines: list[LogLine]) -> tuple[int, int, float]:
    """Done, left and a second's rate over the last `progress` event of every task."""
    fields = [line.fields for line in lines]
    done = sum(_read(each.get("done")) + _read(each.get("failed")) for each in fields)
    left = sum(_read(each.get("left")) for each in fields)
    return round(done), round(left), sum(_read(each.get("rate_per_second")) for each in fields)


def _read(value: object) -> float:
    # A log may hold anything.
    return value if isinstance(value, int | float) and not isinstance(value, bool) else 0


def _is_shown(line: LogLine, least: str) -> bool:
    shown = SEVERITIES.get(line.severity, 0) >= SEVERITIES[least]
    return shown and not (line.by_platform or line.is_summary)
