"""The fuzzing targets over generated inputs; `make fuzz` continues from there, guided by coverage."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.targets import TARGETS

WORDS = ("success", "status", "PARTIAL", "SYNCED", "errors", "detail", "message", "organizations", "org_slug", "total")
NAMES = (
    *WORDS,
    "retry_after",
    "tracking_table",
    "rows",
    "exists",
    "running",
    "createTime",
    "name",
    "taskCount",
    "has_next",
)
LINES = (
    "HTTP/1.1 200 OK",
    "HTTP/1.1 100 Continue",
    "HTTP/9 x",
    "HTTP/1.0 999",
    "Content-Length: 5",
    "Content-Length: -1",
    "Content-Length: 99999999999999999999",
    "Transfer-Encoding: chunked",
    "Connection: close",
    *(": ", "X: y", " folded", "", "-5", "5", "fffffffffffffffffff", "zz", "hello", "0"),
)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(NAMES)
documents = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=8),
    max_leaves=20,
).map(lambda value: json.dumps(value).encode())
wires = st.lists(st.sampled_from(LINES), max_size=12).map(lambda lines: "\r\n".join(lines).encode())
SQL = (
    *("SELECT 1", "BEGIN", "COMMIT", ";", ";", "--\n", "/*", "*/", "'", "''", "E'\\''", "$$", "$a$", '"', "\n"),
    *("CREATE FUNCTION f() RETURNS int LANGUAGE sql", "BEGIN ATOMIC", "END", "CASE 1 WHEN 1 THEN 1 END", "(", ")"),
    *("DO $$ BEGIN COMMIT; END $$", "CREATE RULE r AS ON INSERT TO t DO", "é", "START TRANSACTION", "PREPARE"),
)
sentences = st.lists(st.sampled_from(SQL), max_size=14).map(lambda parts: " ".join(parts).encode())


@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=300, deadline=None)
@given(data=st.binary(max_size=200) | documents | wires | sentences)
def test_a_parser_ends_with_a_result_or_an_error_of_its_own(name: str, data: bytes) -> None:
    """Never with an exception that nobody expects, and never with another reading than the peer's."""
    TARGETS[name](data)
