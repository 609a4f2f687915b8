"""A part of a document that is written from the catalog, between markers in the text."""

from __future__ import annotations

import re

from runtime.process.errors import ConfigurationError


def replace_section(document: str, name: str, content: str) -> str:
    """The document with the content between its markers of that name; ConfigurationError unless it has them once."""
    markers = re.compile(rf"(<!-- {name}: [^>]*-->\n).*?(<!-- /{name} -->)", re.DOTALL)
    changed, count = markers.subn(lambda found: f"{found[1]}{content}\n{found[2]}", document)
    if count != 1:
        problem = f"the document has no place, or several, for the generated section {name!r}"
        raise ConfigurationError(problem, "restore its markers")
    return changed
