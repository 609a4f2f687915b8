"""What an answer says, in each of its shapes."""

from __future__ import annotations

import json
from contextlib import suppress
from email.message import Message

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from runtime.net.response import EXCERPT_CHARACTERS, EXPLANATION_CHARACTERS, Response
from runtime.process.errors import UnexpectedAnswer
from runtime.process.secret import Redactor, Secret
from runtime.services.json_reader import read_fields

PAGE = b"<html>\n<head><title>502 Bad Gateway</title></head>\r\n\t<body>nginx</body></html>"
INVALID = [{"loc": ["body", "dry_run"], "msg": "Field required", "type": "missing"}, {"loc": "x"}, "odd"]


def make_response(body: object, status: int = 500, **headers: str) -> Response:
    message = Message()
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Response("POST /x at https://api", status, message, data, "id", Redactor().shorten)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"detail": "Daily quota reset failed", "request_id": "r"}, "Daily quota reset failed"),
        ({"detail": {"error": "Rate limit", "message": "too many", "retry_after": 9}}, "Rate limit: too many"),
        ({"detail": "Not Found"}, "Not Found"),
        ({"detail": INVALID}, "body.dry_run: Field required; ?: invalid; odd"),
        ({"error": "VALIDATION_ERROR", "message": "failed", "request_id": "r"}, "VALIDATION_ERROR: failed"),
        ({"message": "Failed to run sql query"}, "Failed to run sql query"),
        ({"other": 1}, '{"other": 1}'),
        ([1, 2], "[1, 2]"),
        (PAGE, "<html> <head><title>502 Bad Gateway</title></head> <body>nginx</body></html>"),
        (b"", "(empty body)"),
        (b"\xff\xfe\x00", "\ufffd\ufffd\x00"),
    ],
)
def test_an_error_is_explained_in_one_line(body: object, expected: str) -> None:
    """The service's five shapes, Supabase's, and what a proxy sends."""
    assert make_response(body).explain() == expected


def test_a_long_body_is_cut() -> None:
    """The start of it is enough to see what it is."""
    assert make_response(b"x" * 10_000).excerpt() == "x" * EXCERPT_CHARACTERS + "..."


def test_a_body_that_is_no_json_is_reported_with_its_start() -> None:
    """On one line, with the call and the status."""
    with pytest.raises(UnexpectedAnswer) as caught:
        read_fields(make_response(PAGE, 200))
    assert caught.value.problem.startswith("POST /x at https://api answered 200 with a body that is not JSON: <html> <")


@pytest.mark.parametrize(
    ("body", "status", "expected"),
    [
        ({"detail": "Not Found"}, 404, True),
        ({"detail": "Not Found", "request_id": "r"}, 404, False),
        ({"detail": "Organization 'x' not found", "request_id": "r"}, 404, False),
        ({"detail": "Not Found"}, 400, False),
        (b"<html>404</html>", 404, False),
    ],
)
def test_an_unknown_route_is_distinguished_from_an_unknown_object(body: object, status: int, expected: bool) -> None:
    """Only the framework's own 404 means that this version has no such path."""
    assert make_response(body, status).is_unknown_route is expected


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(("detail", "error", "loc")), inner),
)


@given(st.binary() | json_values.map(lambda value: json.dumps(value).encode()))
@example(b"[" * 100_000)
@example(b'{"detail":' * 900 + b"1" + b"}" * 900)
@example(b"[" * 900 + b"]" * 900)
@example(b"1" * 5000)
def test_no_body_makes_another_exception(body: bytes) -> None:
    """Any bytes can be explained, asked for members, and read as JSON or refused."""
    response = make_response(body, 503)
    assert "\n" not in response.excerpt()
    assert isinstance(response.explain(), str)
    assert response.is_unknown_route is False
    response.member("retry_after")
    assert response.says_key_not_configured in (True, False)
    with suppress(UnexpectedAnswer):
        read_fields(response)


@pytest.mark.parametrize("wrap", ["{}", '{{"detail": "{}"}}', '{{"detail": {{"message": "{}"}}}}', '{{"other": "{}"}}'])
def test_a_key_is_masked_before_the_text_is_cut(wrap: str) -> None:
    """For every place of the cut: of a key that the answer holds whole, no part is shown."""
    key, redactor = "a-key-0123456789-ABCDEFGHIJKLMNOP", Redactor()
    redactor.add(Secret(key, "KEY"))
    for limit in (EXCERPT_CHARACTERS, EXPLANATION_CHARACTERS):
        for length in range(limit - len(key) - 20, limit + 1):
            body = wrap.format("x" * length + key).encode()
            shown = Response("GET /x", 400, Message(), body, "id", redactor.shorten).explain()  # type: ignore[arg-type]
            assert key[:5] not in shown
