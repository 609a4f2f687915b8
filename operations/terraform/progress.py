"""What Terraform is at: its lines as they come, told by a sign of life instead of one below the other."""

from __future__ import annotations

import re
from collections.abc import Iterator

from operations.terminal.activity import Activity

_ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
# "module.environment.module.jobs.google_cloud_run_v2_job.job["alerts"]: Creation complete after 3s [id=...]"
_STEP = re.compile(r"^(?P<address>[a-z]\S*?(?:\[\".*?\"\])?\S*): (?P<state>[A-Z][^\[]*)")
_DONE = re.compile(r"(?:Creation|Modifications|Destruction|Import) complete")
_LOOKED_AT = ("Refreshing state", "Read complete")
_MODULES = re.compile(r"^(?:module\.[^.]+\.)*(?:data\.)?")


class Progress:
    """Of one command; `total` is the number of changes that an apply makes, 0 for a plan, which makes none."""

    def __init__(self, activity: Activity, phase: str, total: int = 0) -> None:
        self._activity = activity
        self._phase = phase
        self._total = total
        self._looked_at = 0
        self.done = 0
        activity.report(phase, 0, total or None)

    def read(self, line: str) -> None:
        """Takes the next line of Terraform's output."""
        if not (step := _STEP.match(_ESCAPES.sub("", line))):
            return
        state = step["state"].strip(" .\n")
        self.done += _DONE.match(state) is not None
        self._looked_at += state.startswith(_LOOKED_AT)
        what = _MODULES.sub("", step["address"])
        sum_of_all = "" if self._total else f" ({self._looked_at} looked at)"
        self._activity.report(f"{self._phase}{sum_of_all}: {what}", self.done, self._total or None)


def list_warnings(output: str) -> Iterator[str]:
    """The lines of a plan's or an apply's output that are no progress and no plan: its warnings, and that it is done.

    They come last, but for an apply's outputs; framed on a terminal.
    """
    shown = False
    for line in output.splitlines(keepends=True):
        plain = _ESCAPES.sub("", line)
        if plain.startswith(("╷", "Warning: ", "Apply complete!")):
            shown = True
        elif plain.startswith("Outputs:"):
            return
        if shown:
            yield plain
