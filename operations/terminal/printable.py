"""Text from elsewhere, made safe to be shown: secrets masked, nothing that drives a terminal."""

from __future__ import annotations

from runtime.process.secret import Redactor

# The secrets of this process: each that a command gets is added, and none reaches the terminal.
SECRETS = Redactor()


def escape(text: str) -> str:
    """The text without this process's secrets, and with everything that is no printable character written out.

    A log line cannot drive the terminal, nor can an error that quotes a peer show a key.
    """
    text = SECRETS.redact(text)
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def clean(text: str) -> str:
    """Lines of a command's own making, each escaped."""
    return "\n".join(escape(line) for line in SECRETS.redact(text).split("\n"))
