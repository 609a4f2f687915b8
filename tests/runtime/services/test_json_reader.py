"""One JSON object is read field by field; every wrong shape is an UnexpectedAnswer."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.process.errors import UnexpectedAnswer
from runtime.services.json_reader import Fields

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=10,
)
READERS: dict[str, tuple[Callable[[Fields, str], object], type]] = {
    "text": (Fields.text, str),
    "number": (Fields.number, int),
    "flag": (Fields.flag, bool),
    "texts": (Fields.texts, tuple),
    "members": (Fields.members, dict),
    "items": (lambda fields, name: tuple(fields.items(name)), tuple),
}


def read(**members: object) -> Fields:
    return Fields(members, "x.json")


def problem_of(step: Callable[[], object]) -> str:
    with pytest.raises(UnexpectedAnswer) as caught:
        step()
    return caught.value.problem


@pytest.mark.parametrize("value", [None, 1, "text", [], True])
def test_what_is_no_object_is_refused(value: object) -> None:
    """The message says what it is instead."""
    kind = "null" if value is None else f"{type(value).__name__} {str(value)!r}"
    assert f"x.json: expected a JSON object, got {kind}" == problem_of(lambda: Fields(value, "x.json"))


@pytest.mark.parametrize("name", READERS)
def test_a_missing_field_is_named(name: str) -> None:
    """With the object that lacks it."""
    assert problem_of(lambda: READERS[name][0](read(b=1), "a")) == "x.json: a is missing"


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (lambda: read(a=True).number("a"), "a should be int, got bool 'True'"),
        (lambda: read(a=1.0).number("a"), "a should be int, got float '1.0'"),
        (lambda: read(a=-1).number("a"), "a should be 0 or more, got -1"),
        (lambda: read(a=1).flag("a"), "a should be bool, got int '1'"),
        (lambda: read(a=None).text("a"), "a should be str, got null"),
        (lambda: read(a=["b", 1]).texts("a"), "a[1] should be str, got int '1'"),
        (lambda: list(read(a=[{}, 1]).items("a")), "a[1]: expected a JSON object, got int '1'"),
        (lambda: read(a="x" * 99).number("a"), "a should be int, got str (long)"),
    ],
)
def test_a_wrong_type_is_named(step: Callable[[], object], expected: str) -> None:
    """Exactly the JSON type: true is no number, 1.0 no whole one; long values are cut."""
    assert f"x.json: {expected}" == problem_of(step)


def test_a_default_stands_for_missing_and_for_null() -> None:
    """Services leave fields out, or send null for them."""
    assert tuple(read(**each).text("a", "d") for each in ({}, {"a": None}, {"a": "v"})) == ("d", "d", "v")


@pytest.mark.parametrize("name", READERS)
@given(value=values)
def test_reading_gives_the_type_or_an_unexpected_answer(name: str, value: object) -> None:
    """No JSON value at all makes another exception."""
    step, expected = READERS[name]
    fields = Fields(json.loads(json.dumps({"a": value})), "answer")
    with suppress(UnexpectedAnswer):
        assert isinstance(step(fields, "a"), expected)
