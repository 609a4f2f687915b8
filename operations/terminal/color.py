"""Color for the states that matter; the words say the same without it."""

from __future__ import annotations

import os
import re
from importlib import import_module
from typing import TextIO

STYLES = {
    "bold red": ("failed", "killed", "timed out", "not started", "OVERDUE", "MISSING", "WRONG", "replace", "destroy"),
    "yellow": ("PAUSED", "cancelled", "incomplete"),
}
# A state is a table's cell, or what follows a colon: the same word inside a sentence stays as it is.
PATTERNS = {
    style: re.compile(rf"(?m)(?:^|(?<= {{2}})|(?<=: )|(?<=; ))(?:{'|'.join(words)})(?=$| {{2}}|[;:,]| after )")
    for style, words in STYLES.items()
}


def takes_color(stream: TextIO) -> bool:
    """A terminal that can, and an operator who has not said no (https://no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM", "dumb") != "dumb"


def paint(text: str, stream: TextIO) -> None:
    """Prints the text with its states in color."""
    # rich takes as long to import as a whole command: only a terminal waits for it.
    painted = import_module("rich.text").Text(text)
    for style, pattern in PATTERNS.items():
        painted.highlight_regex(pattern, style)
    import_module("rich.console").Console(file=stream).print(painted, soft_wrap=True)
