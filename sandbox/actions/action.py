"""What an action is made of."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass

from runtime.config.environment import Environment
from runtime.process.errors import UsageError
from sandbox.actions.breakages import Breakages
from sandbox.local_cloud import LocalCloud

# Lines for people as they come, then the exit status.
Lines = Generator[str, None, int]


@dataclass(frozen=True, slots=True)
class Sandbox:
    """What actions work on."""

    cloud: LocalCloud
    breakages: Breakages

    def split_environment(self, words: list[str], default: str = "stage") -> tuple[Environment, list[str]]:
        """The environment among the words, in any place, and the other words."""
        environments = self.cloud.catalog.environments
        named = [word for word in words if word in environments]
        if len(named) > 1:
            raise UsageError(f"{' and '.join(named)}: one environment at a time", "see sandbox help")
        return environments[named[0] if named else default], [word for word in words if word not in named]


@dataclass(frozen=True, slots=True)
class Action:
    """One verb: `usage` is what to type, `does` what it does."""

    usage: str
    does: str
    perform: Callable[[Sandbox, list[str]], Lines]


def refuse_words(words: list[str]) -> None:
    """Raises UsageError if there is a word too many."""
    if words:
        raise UsageError(f"{' '.join(words)!r} is unexpected", "see sandbox help")
