"""Google's errors are sorted by what they mean for the job."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest
from google.api_core.exceptions import GoogleAPICallError, from_http_status
from google.auth.exceptions import DefaultCredentialsError, RefreshError, TransportError
from google.auth.transport.requests import Request
from google.oauth2.credentials import Credentials
from requests.exceptions import ConnectionError as NoConnection
from requests.exceptions import ReadTimeout

from runtime.process.errors import JobError
from runtime.services.bigquery_errors import explain, is_refused_for_now, is_unanswered
from runtime.services.google_errors import describe, may_pass
from sandbox.http_server import serve
from tests.runtime.jobs.daily.quota_run import QuotaRun
from tests.support.certificates import Authority


def _google(code: int, *reasons: str) -> GoogleAPICallError:
    errors = [{"reason": reason, "message": f"{reason} happened"} for reason in reasons]
    error = from_http_status(code, "POST http://x: text\n of  two lines", errors=errors)  # type: ignore[no-untyped-call]
    assert isinstance(error, GoogleAPICallError)
    return error


def _ask_token_server(host: str) -> Exception:
    """What google-auth raises with a key file or a person's credentials."""
    token_uri = f"http://{host}/token"
    person = Credentials(None, "refresh", token_uri=token_uri, client_id="id", client_secret="s")  # type: ignore[no-untyped-call]
    with pytest.raises(TransportError) as caught:
        person.refresh(Request())  # type: ignore[no-untyped-call]
    return caught.value


def _ask_metadata_server(host: str) -> Exception:
    """What it raises on Google's machines."""
    lost = _ask_token_server(host)
    with pytest.raises(RefreshError) as caught:
        raise RefreshError(lost) from lost  # type: ignore[no-untyped-call]
    return caught.value


SORTED = [
    (NoConnection("reset"), True, False),
    (ReadTimeout("late"), True, False),
    (TransportError("metadata server", retryable=True), True, False),  # type: ignore[no-untyped-call]
    (RefreshError("invalid_grant"), False, False),  # type: ignore[no-untyped-call]
    (_google(502), True, False),
    (_google(503), True, False),
    (_google(503, "backendError"), False, True),
    (_google(403, "rateLimitExceeded"), False, True),
    (_google(403, "quotaExceeded"), False, False),
    (_google(403, "accessDenied"), False, False),
    (_google(404, "notFound"), False, False),
    (_google(400), False, False),
    (KeyError("schema"), False, False),
]


@pytest.mark.parametrize(("error", "unanswered", "refused"), SORTED, ids=[describe(row[0]) for row in SORTED])
def test_only_passing_faults_are_repeated(error: Exception, unanswered: bool, refused: bool) -> None:
    """No answer: the same request again; a passing refusal: a new one; anything else: neither."""
    assert (is_unanswered(error), is_refused_for_now(error)) == (unanswered, refused)


@pytest.mark.parametrize("ask", [_ask_token_server, _ask_metadata_server])
def test_a_token_that_nobody_answers_for_may_come_later(ask: Callable[[str], Exception]) -> None:
    """The library says so of neither: the address that hands out tokens, or the metadata server, is out of reach."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        error = ask(f"127.0.0.1:{nobody.getsockname()[1]}")
    assert (is_unanswered(error), may_pass(error)) == (True, True)


def test_description_is_one_line() -> None:
    """BigQuery's own words if there are any, else what came, without line breaks."""
    assert describe(_google(403, "accessDenied")) == "403: accessDenied happened"
    assert describe(_google(502)) == "502: POST http://x: text of two lines"


def test_refused_credentials_are_no_reason_to_wait() -> None:
    """A revoked key stays revoked: exit 1."""
    error = explain(RefreshError("invalid_grant: account not found"), "p.d.t")  # type: ignore[no-untyped-call]
    assert (error.exit_status, str(error)[:31]) == (1, "Google refused the credentials:")


def test_a_missing_key_file_is_named() -> None:
    """A mistyped path is the usual reason: exit 2."""
    missing = DefaultCredentialsError("File /nowhere/key.json was not found.")  # type: ignore[no-untyped-call]
    error = explain(missing, "p.d.t")
    problem = "no Google credentials on this machine (File /nowhere/key.json was not found.)"
    assert (2, problem) == (error.exit_status, error.problem)


def test_untrusted_certificate_is_not_retried() -> None:
    """NFR-SJ-002: TLS is always verified, and a wrong certificate does not get better."""
    with serve(_never_reached, tls=Authority().server_context("127.0.0.1")) as server:
        run = QuotaRun(server.url)
        with pytest.raises(JobError, match=r"BigQuery cannot be reached: no answer: .*certificate"):
            run.perform()
    assert (server.requests, run.clock.waits) == ([], [])


async def _never_reached(scope: object, receive: object, send: object) -> None:
    raise AssertionError("a request came through")
