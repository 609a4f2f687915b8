"""Keys are taken whole or not at all, and never shown: NFR-SJ-002."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from runtime.process.errors import ConfigurationError
from runtime.process.secret import LEAST_PREFIX, MASK, Redactor, Secret

KEY = "cA+/9_root~key=%41'\"\\&end"
keys = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=16, max_size=80)

ENCODERS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "json": lambda value: json.dumps(value)[1:-1],
    "percent": lambda value: quote(value, safe=""),
    "percent_in_a_path": quote,
    "percent_in_a_form": quote_plus,
    "percent_in_lower_case": lambda value: "".join(c if c.isalnum() or c in "-._~" else f"%{ord(c):x}" for c in value),
    "percent_twice": lambda value: quote(quote(value, safe=""), safe=""),
    "base64": lambda value: base64.b64encode(value.encode()).decode(),
    "base64_after_one_byte": lambda value: base64.b64encode(b"u" + value.encode() + b"!").decode(),
    "base64_after_two_bytes": lambda value: base64.b64encode(b"u:" + value.encode() + b"??").decode(),
    "base64_for_addresses": lambda value: base64.urlsafe_b64encode(b"ab:" + value.encode()).decode(),
}


def redact(text: str, *values: str) -> str:
    redactor = Redactor()
    for value in values:
        redactor.add(Secret(value, "KEY"))
    return redactor.redact(text)


@pytest.mark.parametrize("character", ["\n", "\r", " ", "\t", "\0", "\x7f", "é", "\u2028"])
@pytest.mark.parametrize("place", ["{}key", "ke{}y", "key{}"])
def test_a_key_with_a_stray_character_is_refused(place: str, character: str) -> None:
    """The service would answer 403 to it; a CR or LF would end its header. The message shows the place, not the key."""
    value = place.format(character)
    with pytest.raises(ConfigurationError) as caught:
        Secret(value, "CA_ROOT_API_KEY")
    position = value.index(character) + 1
    assert caught.value.problem == (
        f"CA_ROOT_API_KEY has a blank, a line break or a control character (character {position} of 4)"
    )
    assert "gcloud secrets versions add" in caught.value.remedy


def test_an_empty_key_is_refused() -> None:
    """It would hide nothing, or everything."""
    with pytest.raises(ConfigurationError, match="secret ca-root-api-key-prod is empty"):
        Secret("", "secret ca-root-api-key-prod")


@given(keys)
def test_a_key_shows_itself_only_on_request(value: str) -> None:
    """Neither repr nor str nor a format does."""
    secret = Secret(value, "KEY")
    assert (repr(secret), str(secret), f"{secret}") == (MASK, MASK, MASK)
    assert value == secret.reveal()


@pytest.mark.parametrize("form", ENCODERS)
@settings(max_examples=30)
@given(value=keys, before=st.text(), after=st.text())
@example(value=KEY, before="Authorization: ", after=" refused")
def test_no_text_holds_a_key_in_any_form(form: str, value: str, before: str, after: str) -> None:
    """As peers and libraries repeat it: plain, in JSON, URL-encoded, in base64 wherever it begins there."""
    encoded = ENCODERS[form](value)
    redacted = redact(before + encoded + after, value)
    core = encoded if "base64" not in form else encoded[4 : 4 * (len(value) // 3) - 4]
    assert core not in redacted
    assert MASK in redacted


@given(keys, st.text(max_size=20), st.data())
def test_a_key_that_was_cut_is_hidden_as_well(value: str, before: str, data: st.DataObject) -> None:
    """A excerpt ends where it ends; of a long key no more than a quarter stands at its end."""
    shown = max(LEAST_PREFIX, len(value) // 4)
    kept = data.draw(st.integers(min(shown, len(value)), len(value)))
    assert value[:shown] not in redact(before + value[:kept], value).replace(MASK, "")


def test_what_surrounds_a_key_stays() -> None:
    """The rest of the message is what the operator needs."""
    assert f"key {MASK}, again {MASK}; key" == redact("key secret-0123, again secret-0123; key", "secret-0123")


def test_several_keys_are_hidden_and_the_longer_first() -> None:
    """One may be the beginning of the other."""
    assert f"{MASK} {MASK}" == redact("token-12345678-long token-12345678", "token-12345678", "token-12345678-long")


@given(st.text())
def test_without_a_key_nothing_changes(text: str) -> None:
    """Before the settings are read there is none."""
    assert text == redact(text)
