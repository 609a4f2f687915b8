"""The question before a protected environment is changed."""

from __future__ import annotations

import sys
from io import StringIO
from typing import TextIO

from operations.terminal.arguments import repeat_command
from operations.terminal.printable import clean
from runtime.config.environment import Environment
from runtime.process.errors import JobError


class Declined(JobError):
    """Somebody had to agree, and nobody did; nothing was changed."""


def require_confirmation(
    environment: Environment, action: str, answers: TextIO | None = None, prompts: TextIO | None = None
) -> None:
    """Returns if the action may be taken: outside protected environments, or after the one line `yes`.

    `answers` is standard input and `prompts` standard error unless given. Any other answer, also an end of
    input or none that is open, raises Declined.
    """
    if not environment.protected:
        return
    answers, prompts = answers or sys.stdin or StringIO(), prompts or sys.stderr
    question = f'{action} in {environment.name} ({environment.project})? Type "yes" to continue: '
    print(clean(question), end="", file=prompts, flush=True)
    answer = answers.readline()
    typed = answers.isatty()
    # A terminal shows the line break that was typed; Ctrl-D types none.
    if not (typed and answer.endswith("\n")):
        print(file=prompts)
    if answer or typed:
        if answer.strip() != "yes":
            remedy = "repeat the command and type yes"
            raise Declined(f"{environment.name} is unchanged: the answer was not yes", remedy)
        return
    raise Declined(
        f"{environment.name} is unchanged: no answer was given",
        f"pipe the answer: echo yes | {repeat_command()}",
    )
