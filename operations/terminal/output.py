"""The edge of a command: its words, its errors, its exit status."""

from __future__ import annotations

import sys
from collections.abc import Callable

from operations.terminal.color import paint, takes_color
from operations.terminal.printable import clean
from runtime.process.errors import JobError

# What a shell reports for a command that Ctrl-C ended.
INTERRUPTED = 130


def show(text: str) -> None:
    """A result, on standard output."""
    text = clean(text)
    if takes_color(sys.stdout):
        paint(text, sys.stdout)
    else:
        print(text, flush=True)


def say(text: str) -> None:
    """Tells the operator on standard error, which leaves standard output to results."""
    print(clean(text), file=sys.stderr, flush=True)


def run_command(name: str, perform: Callable[[], int]) -> int:
    """The command's exit status; an error becomes one line, never a traceback."""
    try:
        return perform()
    except JobError as error:
        say(f"{name}: {error}")
        return error.exit_status
    except KeyboardInterrupt:
        say(f"\n{name}: interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has closed the pipe (`| head`); the interpreter must not fail at flushing the rest.
        sys.stdout = None
        return 0
