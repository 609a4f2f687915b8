"""Keys are taken whole or not at all, and never shown: NFR-SJ-002."""

from __future__ import annotations

import base64
import html
import json
import random
import string
from collections.abc import Callable
from functools import cache
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from runtime.process.errors import ConfigurationError
from runtime.process.secret import LEAST_PIECE, MASK, Redactor, Secret

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
    "in_a_page": html.escape,
    "json_in_json": lambda value: json.dumps(json.dumps(value))[3:-3],
    "json_of_go": lambda value: json.dumps(value)[1:-1].replace("&", "\\u0026").replace("<", "\\u003c"),
    "bytes_of_python": lambda value: "".join(f"\\x{ord(c):02x}" for c in value),
    "percent_twice_in_lower_case": lambda value: "".join(f"%25{ord(c):02x}" for c in value),
    "hex": lambda value: value.encode().hex(),
    "hex_in_upper_case": lambda value: value.encode().hex().upper(),
    "upper_case": str.upper,
    "lower_case": str.lower,
    "base64": lambda value: base64.b64encode(value.encode()).decode(),
    "base64_after_one_byte": lambda value: base64.b64encode(b"u" + value.encode() + b"!").decode(),
    "base64_after_two_bytes": lambda value: base64.b64encode(b"u:" + value.encode() + b"??").decode(),
    "base64_for_addresses": lambda value: base64.urlsafe_b64encode(b"ab:" + value.encode()).decode(),
}


def make_redactor(*values: str) -> Redactor:
    redactor = Redactor()
    for value in values:
        redactor.add(Secret(value, "KEY"))
    return redactor


def redact(text: str, *values: str) -> str:
    return make_redactor(*values).redact(text)


@pytest.mark.parametrize("character", ["\n", "\r", " ", "\t", "\0", "\x7f", "é", "\u2028"])
@pytest.mark.parametrize("place", ["{}key", "ke{}y", "key{}"])
def test_a_key_with_a_stray_character_is_refused(place: str, character: str) -> None:
    """The service would answer 403 to it; a CR or LF would end its header. The message shows the place, not the key."""
    value = place.format(character)
    with pytest.raises(ConfigurationError) as caught:
        Secret(value, "CA_ROOT_API_KEY")
    position = value.index(character) + 1
    assert caught.value.problem == (
        f"CA_ROOT_API_KEY has a blank, a line break or another character that no key has (character {position} of 4)"
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
    """As peers and libraries repeat it: plain, in JSON, URL-encoded, in base64 from any of its bytes on."""
    encoded = ENCODERS[form](value)
    redacted = redact(before + encoded + after, value)
    core = encoded if "base64" not in form else encoded[4 : 4 * (len(value) // 3) - 4]
    assert core not in redacted
    assert MASK in redacted


ALPHABETS = {
    "base64": string.ascii_letters + string.digits + "+/=",
    "base64url": string.ascii_letters + string.digits + "-_",
    "hex": string.hexdigits.lower()[:16],
    "upper": string.ascii_uppercase + string.digits,
    "printable": "".join(map(chr, range(0x21, 0x7F))),
    "marks": string.punctuation,
}
# What no neighbor shares of a key in base64 leaves at most so much of it at each end.
EDGE = 3


@cache
def draw_keys(alphabet: str) -> dict[str, Redactor]:
    """As `openssl rand` makes them, each with what hides it; the same at each run."""
    chance = random.Random(alphabet)
    keys = ["".join(chance.choices(ALPHABETS[alphabet], k=chance.randint(32, 64))) for _ in range(300)]
    return {key: make_redactor(key) for key in keys}


@pytest.mark.parametrize("form", ENCODERS)
@pytest.mark.parametrize("alphabet", ALPHABETS)
def test_of_a_whole_key_nothing_is_left(alphabet: str, form: str) -> None:
    """Not even in part, no matter which of its characters an encoder changes."""
    for value, redactor in draw_keys(alphabet).items():
        encoded = ENCODERS[form](value)
        shown = redactor.redact(f"<{encoded}>")
        if "base64" not in form:
            assert shown == f"<{MASK}>"
        else:
            before, after = shown.split(MASK)
            assert len(before) <= 1 + 4 + EDGE
            assert len(after) <= 1 + 4 + EDGE


@pytest.mark.parametrize("form", ENCODERS)
@pytest.mark.parametrize("alphabet", ALPHABETS)
def test_of_a_key_that_a_peer_cut_no_eight_characters_are_left(alphabet: str, form: str) -> None:
    """Its start or its end, cut in any place; in base64, which four characters hold three of, two groups less."""
    chance = random.Random(form)
    for value, redactor in draw_keys(alphabet).items():
        encoded = ENCODERS[form](value)
        cut = chance.randrange(len(encoded) + 1)
        runs = [value[start : start + LEAST_PIECE] for start in range(len(value) - LEAST_PIECE + 1)]
        for piece in (encoded[:cut], encoded[cut:]):
            shown = redactor.redact(f"<{piece}>")
            # In what is masked whole, which most is, nothing need be looked for.
            assert shown == f"<{MASK}>" or [run for run in runs if ENCODERS[form](run) in shown] == []


@pytest.mark.parametrize("form", ENCODERS)
def test_of_a_key_at_the_cut_nothing_is_left(form: str) -> None:
    """What the job cuts itself it masks first, so that not even a short piece of the key stays before the cut."""
    value, redactor = next(iter(draw_keys("base64").items()))
    text = f"{'x' * 175}<{ENCODERS[form](value)}>"
    whole = redactor.redact(text)
    for limit in range(175, len(text)):
        assert redactor.shorten(text, limit).removesuffix("...") == whole[:limit]


def test_the_key_of_the_report_is_masked_whole() -> None:
    """Its plus sign made a form that masked what it shared with the plain one, and so hid the rest from that."""
    value = "abcdefghijklmnop+QRSTUVWXYZ0123456789"
    assert redact(f"a {value} b {quote(value)} c", value) == f"a {MASK} b {MASK} c"


def test_a_word_that_begins_like_a_key_stays_readable() -> None:
    """Seven characters are no piece of it."""
    assert redact("secret-8", "secret-0123456789") == "secret-8"


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
