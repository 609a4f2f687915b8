"""sandbox reset: everything as new."""

from __future__ import annotations

from sandbox.actions.action import Action, Lines, Sandbox, refuse_words


def perform(sandbox: Sandbox, words: list[str]) -> Lines:
    """Data, executions, logs, pauses, time and faults; what Terraform made stays."""
    refuse_words(words)
    sandbox.breakages.heal()
    sandbox.cloud.reset()
    yield "everything is as new: databases, organizations, executions, logs, pauses, the time; nothing is broken"
    yield "what Terraform made is as bin/create-all-jobs left it"
    return 0


RESET = Action("reset", "makes everything as new", perform)
