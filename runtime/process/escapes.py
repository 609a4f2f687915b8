"""A text as it was before somebody escaped it: percent-encoded, as a string of JSON or of a program, in a page."""

from __future__ import annotations

import re
from collections.abc import Iterator

# How often a text may have been escaped, by one and the same or by different means.
MAX_ESCAPES = 2
# By the character that each kind begins with. Resolved one by one: a key may have the look of another kind in it.
_ESCAPES = {
    "%": r"%([0-9A-Fa-f]{2})",
    "\\": r"\\(?:(?:x|u00)([0-9A-Fa-f]{2})|(.))",
    "&": r"&(?:#[xX]0*([0-9A-Fa-f]{2})|(amp|lt|gt|quot|apos|#[0-9]{2,3}));",
}
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


def resolve_escapes(text: str) -> Iterator[tuple[str, list[int]]]:
    """The text with its escapes resolved, in each order; and for each character its place in the text."""
    views: list[tuple[str, list[int]]] = [(text, [])]
    for _ in range(MAX_ESCAPES):
        views = [_unescape(kind, *view) for view in views for kind in _ESCAPES if kind in view[0]]
        yield from views


def _unescape(kind: str, text: str, places: list[int]) -> tuple[str, list[int]]:
    places = places or list(range(len(text) + 1))
    pieces: list[str] = []
    kept: list[int] = []
    end = 0
    for found in re.finditer(_ESCAPES[kind], text, re.DOTALL):
        pieces += (text[end : found.start()], _read_escape(*found.groups()))
        kept += places[end : found.start() + 1]
        end = found.end()
    return "".join((*pieces, text[end:])), kept + places[end:]


def _read_escape(digits: str | None, other: str = "") -> str:
    if digits:
        return chr(int(digits, 16))
    return chr(int(other[1:])) if len(other) > 1 and other[0] == "#" else _ENTITIES.get(other, other)
