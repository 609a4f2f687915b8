"""What docs/sandbox.md and README show is what the sandbox says.

To write both anew: UPDATE=1 .venv/bin/python -m pytest THIS FILE.
"""

from __future__ import annotations

import os

from tests.sandbox.actions.conftest import Visitor
from tests.sandbox.actions.first_visit import FILE, README, normalize, update_readme, write


def test_the_first_visit_goes_as_documented(visitor: Visitor) -> None:
    """Every command of it, in its order; moments, lengths, ids and ports may differ."""
    visitor.cloud.services.reset()

    def answer(typed: str) -> str:
        name, _, words = typed.partition(" ")
        return visitor.act(words)[1] if name == "sandbox" else visitor.run(typed)[1]

    written = FILE.read_text(encoding="utf-8")
    told = write(written, answer)
    if "UPDATE" in os.environ:
        FILE.write_text(told, encoding="utf-8")
        README.write_text(update_readme(README.read_text(encoding="utf-8"), told), encoding="utf-8")
    assert normalize(told) == normalize(written)
