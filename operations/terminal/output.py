"""The edge of a command: its words, its errors, its exit status."""

from __future__ import annotations

import sys
from collections.abc import Callable

from operations.terminal.printable import escape
from runtime.process.errors import JobError

# What a shell reports for a command that Ctrl-C ended.
INTERRUPTED = 130


def say(text: str) -> None:
    """Tells the operator on standard error, which leaves standard output to results."""
    print("\n".join(escape(line) for line in text.split("\n")), file=sys.stderr, flush=True)


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
