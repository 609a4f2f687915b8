"""What the summary says of a run that ends before its job does: stopped by a signal, or by an error."""

from __future__ import annotations

from collections.abc import Callable, Mapping

RUN_AGAIN = "run the job again; what was done is kept"


class Progress:
    """How far a job came (`count`), and if the run ends now, what is open, perhaps nothing, and what to do (`step`).

    A signal's handler reads it at any moment, in the middle of the job's own thread: each change is one assignment, and
    `follow` is given something that takes no lock and cannot raise.
    """

    __slots__ = ("count", "step")

    def __init__(self) -> None:
        self.count: Callable[[], Mapping[str, int]] = dict
        self.step = ("", RUN_AGAIN)

    def follow(self, count: Callable[[], Mapping[str, int]]) -> None:
        """`count` tells from now on what is done."""
        self.count = count

    def declare(self, remedy: str, open: str = "") -> None:  # noqa: A002 - reads as a word at each call
        """Before a step: what to do, and what is unknown (was a file applied?), if the run ends within it."""
        self.step = (open, remedy)

    def reset(self) -> None:
        """After a step whose end is known: nothing is open, and running again is right."""
        self.step = ("", RUN_AGAIN)
