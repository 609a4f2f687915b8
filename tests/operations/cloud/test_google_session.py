"""Calls to Google: what is repeated, for how long, and what becomes of every other answer."""

from __future__ import annotations

from typing import Any

import pytest
from google.auth import exceptions

from operations.cloud.authorization import ATTEMPTS
from operations.cloud.google_session import GoogleSession
from operations.cloud.refusals import (
    CredentialsRefused,
    NoConnection,
    NotFound,
    PermissionMissing,
    RequestRefused,
    ServerError,
)
from runtime.net.faults import ANSWER, REFUSED, ConnectionFault
from runtime.net.retry_policy import unsent
from runtime.process.errors import JobError, UnexpectedAnswer
from tests.support.scripted_google import ScriptedGoogle, Token, open_session
from tests.support.scripted_transport import Answer
from tests.support.virtual_clock import VirtualClock

# google-auth annotates only a part of this module.
auth: Any = exceptions
LIST = "GET run.googleapis.com/v2/things"


@pytest.fixture
def google() -> ScriptedGoogle:
    return ScriptedGoogle()


@pytest.fixture
def session(google: ScriptedGoogle) -> GoogleSession:
    return open_session(google, VirtualClock())


def refusal(status: int, message: str, code: str = "") -> Answer:
    return Answer(status, {"error": {"code": status, "message": message, "status": code}})


@pytest.mark.parametrize("fault", [Answer(429), Answer(500), Answer(503), ConnectionFault(ANSWER, "reset")])
def test_a_read_is_repeated(google: ScriptedGoogle, session: GoogleSession, fault: Answer | ConnectionFault) -> None:
    """It does no harm."""
    google.on(LIST, fault, {"name": "it"})
    assert {"name": "it"} == session.ask("RUN", "GET", "/v2/things")
    assert len(google.sent) == 2


def test_an_operator_waits_no_longer_than_a_minute(google: ScriptedGoogle) -> None:
    """Attempts and seconds are both capped, even if Google asks for more."""
    clock = VirtualClock()
    google.on(LIST, ConnectionFault(REFUSED, "no"))
    with pytest.raises(NoConnection, match="no answer from Google"):
        open_session(google, clock).ask("RUN", "GET", "/v2/things")
    assert (ATTEMPTS, ATTEMPTS - 1) == (len(google.sent), len(clock.waits))
    google.on(LIST, Answer(429, headers={"Retry-After": "3600"}))
    with pytest.raises(NoConnection):
        open_session(google, clock).ask("RUN", "GET", "/v2/things")
    assert sum(clock.waits) < 60


@pytest.mark.parametrize(
    ("fault", "maybe_processed", "sent"),
    [(ConnectionFault(REFUSED, "no"), False, ATTEMPTS), (ConnectionFault(ANSWER, "reset"), True, 1)],
)
def test_a_start_is_repeated_only_if_google_surely_has_not_got_it(
    google: ScriptedGoogle, session: GoogleSession, fault: ConnectionFault, maybe_processed: bool, sent: int
) -> None:
    """The error tells whether Google may have acted on it."""
    google.on("POST run.googleapis.com/v2/it:run", fault)
    with pytest.raises(NoConnection) as raised:
        session.ask("RUN", "POST", "/v2/it:run", {}, policy=unsent)
    assert (maybe_processed, sent) == (raised.value.maybe_processed, len(google.sent))


@pytest.mark.parametrize(
    ("answer", "error", "text"),
    [
        (refusal(401, "expired"), CredentialsRefused, "gcloud auth application-default login"),
        (refusal(403, "Permission 'run.jobs.run' denied on x"), PermissionMissing, "ask for roles/run.jobsExecutor in"),
        (refusal(403, "blocked by an organization policy"), PermissionMissing, "may not do this: blocked"),
        (refusal(403, "run.googleapis.com has not been used in project 1"), PermissionMissing, "--prepare enables it"),
        (refusal(404, "Resource 'x' does not exist."), NotFound, "bin/create-all-jobs stage makes what is missing"),
        (refusal(400, "bad", "FAILED_PRECONDITION"), RequestRefused, "was refused with 400: bad"),
        (Answer(404, b"<html>nginx</html>"), NotFound, "<html>nginx</html>"),
        (Answer(501, b""), ServerError, "answered 501"),
        (Answer(200, b"<html>"), UnexpectedAnswer, "no JSON object"),
        (Answer(200, []), UnexpectedAnswer, "no JSON object"),
    ],
)
def test_every_other_answer_is_one_line_with_the_next_step(
    google: ScriptedGoogle, session: GoogleSession, answer: Answer, error: type[JobError], text: str
) -> None:
    """Never a traceback, never Google's bare words."""
    google.on(LIST, answer)
    with pytest.raises(error) as raised:
        session.ask("RUN", "GET", "/v2/things")
    assert text in str(raised.value)
    assert "\n" not in str(raised.value)


def test_all_pages_of_a_list_are_read(google: ScriptedGoogle, session: GoogleSession) -> None:
    """The token of a page is text to be quoted, not to be read."""
    google.on(LIST, {"things": [{"n": 1}], "nextPageToken": "a/b="}, {"things": [{"n": 2}]})
    assert [{"n": 1}, {"n": 2}] == session.ask_pages("RUN", "/v2/things", "things")
    assert ["GET /v2/things", "GET /v2/things?pageToken=a%2Fb%3D"] == google.paths()


def test_the_token_is_fetched_once_and_renewed_when_it_expires(google: ScriptedGoogle) -> None:
    """To follow a job takes longer than a token lives."""
    token = Token([])
    session = open_session(google, VirtualClock(), token=token)
    google.on(LIST, {})
    session.ask("RUN", "GET", "/v2/things")
    token.token, token.valid = "ya29.second", False
    session.ask("RUN", "GET", "/v2/things")
    assert ["Bearer ya29.token", "Bearer ya29.second"] == [request.headers["Authorization"] for request in google.sent]


def test_a_persons_quota_project_goes_along(google: ScriptedGoogle) -> None:
    """Some APIs take a person's request only with one."""
    session = open_session(google, VirtualClock(), token=Token([], quota_project_id="cloudact-testing-1"))
    google.on(LIST, {})
    session.ask("RUN", "GET", "/v2/things")
    assert google.sent[0].headers["X-goog-user-project"] == "cloudact-testing-1"


def test_a_token_that_cannot_be_had_is_one_line(google: ScriptedGoogle) -> None:
    """A network that is down may come back; a revoked grant does not."""
    google.on(LIST, {})
    passing = open_session(google, VirtualClock(), token=Token([auth.TransportError("down")]))
    assert passing.ask("RUN", "GET", "/v2/things") == {}
    down = open_session(google, VirtualClock(), token=Token([auth.TransportError("down")] * ATTEMPTS))
    with pytest.raises(NoConnection, match="no token from Google: down"):
        down.ask("RUN", "GET", "/v2/things")
    revoked = open_session(google, VirtualClock(), token=Token([auth.RefreshError("invalid_grant")]))
    with pytest.raises(CredentialsRefused, match="gcloud auth application-default login"):
        revoked.ask("RUN", "GET", "/v2/things")
