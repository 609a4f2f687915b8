"""Plain tables."""

from __future__ import annotations

from collections.abc import Sequence


def align(rows: Sequence[Sequence[str]], indent: str = "  ") -> list[str]:
    """The rows as lines, their columns under each other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return [f"{indent}{line}".rstrip() for line in lines]
