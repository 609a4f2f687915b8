"""Tables that fit: what is long is shortened in its middle, and the least useful columns are left out."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap

from operations.terminal.printable import escape

GAP = "  "
INDENT = "    "
ELLIPSIS = ".."
# A narrower column of notes is harder to read than lines below the rows.
LEAST_NOTE = 30


@dataclass(frozen=True, slots=True)
class Column:
    """`least` is the width down to which it may be shortened, None for never; the smallest `drop` goes first."""

    head: str
    least: int | None = None
    drop: int | None = None


def find_width() -> int | None:
    """What fits into a line of standard output, None if everything does: in a file or a pipe."""
    if sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdigit():
        return shutil.get_terminal_size().columns
    return None


def render_table(
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]],
    notes: Sequence[str] | None = None,
    width: int | None = None,
    *,
    head_of_notes: str = "",
    below: Sequence[str] | None = None,
) -> str:
    """One line a row below the heads; every cell made safe for a terminal. A column without any content is left out.

    A row's note is at the end of its line, wrapped if there is room for a column, else below it; what is in `below`
    always is.
    """
    table = [[escape(cell) for cell in row] for row in ([column.head for column in columns], *rows)]
    widths = _fit(columns, table, width)
    lines = [
        GAP.join(_shorten(row[index], size).ljust(size) for index, size in widths.items()).rstrip() for row in table
    ]
    used = sum(widths.values()) + len(GAP) * len(widths)
    texts = [head_of_notes, *map(escape, notes)] if notes else [""] * len(lines)
    room = None if width is None else width - used
    beside = room is None or room >= min(max(map(len, texts)), LEAST_NOTE)
    shown = []
    for line, text, under in zip(lines, texts, ["", *map(escape, below or [""] * len(rows))], strict=True):
        if beside:
            first, *others = wrap_line(text, room) or [""]
            shown.append((line.ljust(used) + first).rstrip())
            shown += [" " * used + other for other in others]
        else:
            shown.append(line)
            shown += wrap_line(text, width, INDENT) if line is not lines[0] else []
        shown += wrap_line(under, width, INDENT)
    return "\n".join(shown)


def align(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table as wide as its cells."""
    return render_table([Column(name) for name in head], rows)


def list_terms(terms: Mapping[str, str], width: int | None = None) -> list[str]:
    """A line for each term and its text, wrapped beside it; every text made safe for a terminal."""
    longest = max(map(len, terms))
    return [
        line
        for term, text in terms.items()
        for line in wrap_line(escape(text), width, f"{GAP}{term:{longest}}{GAP}", " " * (longest + 2 * len(GAP)))
    ]


def wrap_line(text: str, width: int | None, indent: str = "", rest: str | None = None) -> list[str]:
    """The lines of a text, none for an empty one; `rest` is the indent from the second line on if it differs."""
    if width is None or not text:
        return [indent + text] if text else []
    # A word that is too long, such as an address, is worth more whole.
    return wrap(
        text,
        width,
        initial_indent=indent,
        subsequent_indent=indent if rest is None else rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _fit(columns: Sequence[Column], table: Sequence[Sequence[str]], width: int | None) -> dict[int, int]:
    """The widths of the columns that are shown, by index."""
    natural = [max(map(len, column)) for column in zip(*table, strict=True)]
    shown = [index for index, cells in enumerate(zip(*table[1:], strict=True)) if any(cells)]
    while True:
        widths = {index: natural[index] for index in shown}
        excess = 0 if width is None else sum(widths.values()) + len(GAP) * (len(widths) - 1) - width
        for index in sorted(shown, key=lambda index: -widths[index]):
            least = columns[index].least
            if least is not None and excess > 0:
                cut = min(excess, max(0, widths[index] - max(least, len(columns[index].head))))
                widths[index] -= cut
                excess -= cut
        droppable = [(drop, index) for index in shown if (drop := columns[index].drop) is not None]
        if excess <= 0 or not droppable:
            return widths
        shown.remove(min(droppable)[1])


def _shorten(text: str, width: int) -> str:
    if len(text) <= width:
        return text
    kept = width - len(ELLIPSIS)
    return text[: kept - kept // 2] + ELLIPSIS + text[len(text) - kept // 2 :]
