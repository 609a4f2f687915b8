"""A migration's failure as a block: what failed, where, what stays applied, what is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from runtime.migration.failure import Failure

WIDTH = 15


def render_failure(fields: Mapping[str, object], counts: Mapping[str, object]) -> list[str]:
    """Lines, from the summary's `failure` and `counts`."""
    failure = read_failure(fields)
    state = f" (SQLSTATE {failure.sqlstate})" if failure.sqlstate else ""
    lines = _label("what failed", f"{failure.message}{state}")
    lines += _label("detail", failure.detail) + _label("hint", failure.hint) + _label("inside", failure.context)
    lines += _label("where", _describe_place(failure))
    applied, left = _number(counts.get("applied")), _number(counts.get("pending")) - 1
    lines += _label("stays applied", _list(failure.applied, applied) or "nothing of this run")
    lines += _label("left", _list([failure.file, *failure.left], left + 1))
    return lines


def read_failure(fields: Mapping[str, object]) -> Failure:
    """The reverse of Failure.as_fields; what is missing or of another type is left out."""
    failure = Failure("", "")
    for name, default in vars(failure).items():
        value = fields.get(name)
        if isinstance(value, float) and value.is_integer():
            value = int(value)  # protocol buffers make floats of all numbers
        elif isinstance(value, list):
            value = [str(one) for one in value]
        if isinstance(value, type(default)):
            setattr(failure, name, value)
    return failure


def _describe_place(failure: Failure) -> str:
    parts = [failure.place]
    if failure.source:
        parts += [f"    {failure.source}"] + ([f"    {failure.caret}"] if failure.caret else [])
    if failure.statements and not failure.line:
        parts += ["probably in" if len(failure.statements) == 1 else "probably in one of these, the likeliest first"]
    source = failure.source.strip().rstrip(";")
    parts += [f"    {one}" for one in failure.statements if not source or not one.endswith(source)]
    return "\n".join(parts)


def _label(label: str, text: str) -> list[str]:
    """The label in front of the first line, the others indented alike; nothing for an empty text."""
    return [f"  {label if number == 0 else '':{WIDTH}}{line}".rstrip() for number, line in enumerate(text.splitlines())]


def _list(names: Sequence[str], number: int) -> str:
    more = number - len(names)
    return ", ".join(names) + (f" and {more} more" if more > 0 else "")


def _number(count: object) -> int:
    return int(count) if isinstance(count, (int, float)) else 0
