"""A job's counts as people read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from operations.cloud.logs import LogLine

# Counts whose name tells programs enough, but people not.
WORDS = {"already": "applied before"}


def sum_counts(summaries: Iterable[LogLine]) -> dict[str, int]:
    """The sums over all tasks, in the order of their names."""
    sums: dict[str, int] = {}
    for line in summaries:
        for name, count in line.fields.get("counts", {}).items():
            sums[name] = sums.get(name, 0) + count
    return dict(sorted(sums.items()))


def format_counts(counts: Mapping[str, object]) -> str:
    """In the order of their names, such as "10 applied before, 1 table created"."""
    return ", ".join(
        f"{_format_number(count)} {_format_name(name, one=count == 1)}" for name, count in sorted(counts.items())
    )


def _format_name(name: str, *, one: bool) -> str:
    thing, *rest = WORDS.get(name, name.replace("_", " ")).split(" ")
    return " ".join((thing.removesuffix("s") if one else thing, *rest))


def _format_number(count: object) -> str:
    # Protocol buffers make floats of all numbers; a log may hold anything.
    return f"{count:.0f}" if isinstance(count, float) else str(count)
