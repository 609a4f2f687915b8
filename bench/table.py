"""Markdown tables, and numbers as people read them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median


def render_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose first column is text and all others numbers."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def extremes(values: Sequence[float], digits: int = 1) -> str:
    """Least and median."""
    return f"{min(values):.{digits}f} / {median(values):.{digits}f}"


def ratios(values: Sequence[float], measure: Sequence[float]) -> str:
    """Least over least, and median over median."""
    return f"{min(values) / min(measure):.2f} / {median(values) / median(measure):.2f}"


def judge(what: str, value: float, bound: float, unit: str = "", *, at_least: bool = False) -> str:
    """A line that holds a value against its target."""
    met = value >= bound if at_least else value <= bound
    side = "at least" if at_least else "at most"
    return f"- {'met' if met else '**missed**'}: {what} {value:,.3g}{unit}, {side} {bound:,.3g}{unit}\n"
