"""Text from elsewhere, made safe to be shown: secrets masked, nothing that drives a terminal."""

from __future__ import annotations

from runtime.process.secret import Redactor

# Whatever secret this process comes to know is added here, and shown nowhere.
REDACTOR = Redactor()


def escape(text: str) -> str:
    """The text with everything that is no printable character written out: a log line cannot drive the terminal."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def clean(text: str) -> str:
    """Lines of a command's own making: known secrets masked, and each line escaped."""
    return "\n".join(escape(line) for line in REDACTOR.redact(text).split("\n"))
