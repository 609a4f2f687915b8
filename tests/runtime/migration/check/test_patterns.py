"""The patterns are linear by their make."""

from __future__ import annotations

import re

import pytest

from runtime.migration.check import patterns

COMPILED = {name: value.pattern for name, value in vars(patterns).items() if isinstance(value, re.Pattern)}


@pytest.mark.parametrize("pattern", COMPILED.values(), ids=COMPILED)
def test_no_quantifier_gives_back_what_it_took(pattern: bytes) -> None:
    """Backtracking is what makes a regular expression slow: each `*`, `+` and `?` is possessive (has a `+` behind)."""
    bare = re.sub(rb"\\.|\[\^?(?:\\.|[^\]])*\]|\(\?(?:[:=!]|i:|P<\w+>)", b"_", pattern, flags=re.DOTALL)
    assert [] == [quantifier for quantifier in re.findall(rb"[*+?]\+?", bare) if len(quantifier) == 1]
