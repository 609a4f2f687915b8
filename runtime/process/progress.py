"""What the summary says of a run that ends before its job does: stopped by a signal, or by an error."""

from __future__ import annotations

from collections.abc import Callable, Mapping

RUN_AGAIN = "run the job again; what was done is kept"


class Progress:
    """How far a job came, and what its next step leaves open.

    A signal's handler reads it at any moment, in the middle of the job's own thread: each change is one assignment, and
    `follow` is given something that takes no lock and cannot raise.
    """

    __slots__ = ("_step", "count")

    def __init__(self) -> None:
        self.count: Callable[[], Mapping[str, int]] = dict
        self._step = ("", RUN_AGAIN)

    @property
    def open(self) -> str:
        """What nobody can tell if the run ends now, for example the fate of a file; empty if there is nothing."""
        return self._step[0]

    @property
    def remedy(self) -> str:
        """What to do if the run ends now."""
        return self._step[1]

    def follow(self, count: Callable[[], Mapping[str, int]]) -> None:
        """`count` tells from now on what is done."""
        self.count = count

    def declare(self, remedy: str, open: str = "") -> None:  # noqa: A002 - reads as a word at each call
        """Before a step: what to do, and what is open, if the run ends within it."""
        self._step = (open, remedy)

    def reset(self) -> None:
        """After a step whose end is known: nothing is open, and running again is right."""
        self._step = ("", RUN_AGAIN)
