"""From the words that were typed after `sandbox` to the action."""

from __future__ import annotations

from difflib import get_close_matches

from runtime.process.errors import JobError, UsageError
from sandbox.actions.action import Action, Lines, Sandbox
from sandbox.actions.breaking import BREAK, HEAL
from sandbox.actions.clock import CLOCK
from sandbox.actions.organizations import ORGANIZATIONS
from sandbox.actions.reset import RESET
from sandbox.actions.status import STATUS
from sandbox.actions.tick import TICK
from sandbox.table import align

ACTIONS: dict[str, Action] = {
    action.usage.partition(" ")[0]: action for action in (TICK, CLOCK, BREAK, HEAL, ORGANIZATIONS, STATUS, RESET)
}
HELP = ("help", "--help", "-h")


def perform(sandbox: Sandbox, words: list[str]) -> Lines:
    """Never raises for what was typed: an error is a line, and the exit status that goes with it."""
    try:
        if not words or any(word in HELP for word in words):
            yield from list_actions()
            return 0
        return (yield from _find(words[0]).perform(sandbox, words[1:]))
    except JobError as error:
        yield f"sandbox: {error}"
        return error.exit_status


def list_actions() -> list[str]:
    """What can be typed."""
    return align([(f"sandbox {action.usage}", action.does) for action in ACTIONS.values()])


def _find(word: str) -> Action:
    if word in ACTIONS:
        return ACTIONS[word]
    close = get_close_matches(word, ACTIONS, n=1)
    raise UsageError(f"there is no {word!r}", f"sandbox {close[0]}" if close else f"one of {', '.join(ACTIONS)}")
