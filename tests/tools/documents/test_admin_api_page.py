"""docs/admin-api.md names the test that holds each fact; a test that was renamed would leave the page without it."""

from __future__ import annotations

import re

from tests.catalog import ROOT

PAGE = (ROOT / "docs" / "admin-api.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`(?:([\w/]+\.py)(?:::(test_\w+))?|(test_\w+))`")


def test_every_test_on_the_page_exists() -> None:
    """By file and function; one without a file is in the file that was named before it."""
    file, named = "", []
    for found in NAMED.finditer(PAGE):
        file = found[1] if found[1] and found[1].rpartition("/")[2].startswith("test_") else file
        if name := found[2] or found[3]:
            named.append((file, name))
        elif found[1] == file:
            assert (ROOT / "tests" / "runtime" / file).is_file(), file
    assert len(named) > 15
    missing = [
        (path, name)
        for path, name in named
        if f"def {name}(" not in (ROOT / "tests" / "runtime" / path).read_text(encoding="utf-8")
    ]
    assert missing == []
