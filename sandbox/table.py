"""Plain tables, and how their lines get into a narrow terminal."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import TextIO

from operations.terminal.table import INDENT, wrap_line

# Up to the last column of a line.
BEFORE_LAST = re.compile(r".*\S {2,}(?=\S)")


def align(rows: Sequence[Sequence[str]], indent: str = "  ") -> list[str]:
    """The rows as lines, their columns under each other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return [f"{indent}{line}".rstrip() for line in lines]


def show(text: str, stream: TextIO) -> None:
    """Prints lines; on a terminal that is narrower they are wrapped beside their last column."""
    width = os.get_terminal_size(stream.fileno()).columns if stream.isatty() else 0
    for line in text.split("\n"):
        print("\n".join(fold(line, width) if 0 < width < len(line) else [line]), file=stream, flush=True)


def fold(line: str, width: int) -> list[str]:
    """The line in several; from the second on below its last column, if that leaves half of the width to it."""
    found = BEFORE_LAST.match(line)
    head = found[0] if found and len(found[0]) <= width // 2 else ""
    return wrap_line(line[len(head) :], width, head, " " * len(head) or INDENT)
