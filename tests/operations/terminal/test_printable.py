"""Text from the cloud cannot drive the terminal."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from operations.terminal.printable import SECRETS, escape
from runtime.process.secret import MASK, Secret


@given(st.text())
def test_nothing_but_printable_characters_is_left(text: str) -> None:
    """No control, format or separator character but the blank."""
    escaped = escape(text)
    assert not [c for c in escaped if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")]


@given(st.text(st.characters(categories=["L", "N", "P", "S"])))
def test_printable_text_stays_as_it_is(text: str) -> None:
    """Organizations have names in every script."""
    assert text == escape(text)


def test_what_is_escaped_can_still_be_recognized() -> None:
    """The sequence that clears a screen, and one that turns the writing's direction."""
    assert escape("a\x1b[2J\u202eb") == "a\\x1b[2J\\u202eb"


def test_what_reaches_the_terminal_holds_no_secret_of_the_process() -> None:
    """An error may quote a peer that repeats the key, in hex for example."""
    key = "a-key-of-this-test-0123456789"
    SECRETS.add(Secret(key, "KEY"))
    assert escape(f"403: {key} {key.encode().hex().upper()}") == f"403: {MASK} {MASK}"
