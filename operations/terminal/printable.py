"""Text from elsewhere, made safe for a terminal."""

from __future__ import annotations


def escape(text: str) -> str:
    """The text with everything that is no printable character written out: a log line cannot drive the terminal."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
