"""What the admin API refuses, and what its refusals mean."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from runtime.organizations.calls import sync_organization
from runtime.process.errors import UnexpectedAnswer
from runtime.services.admin_api import Refused, accept
from tests.support.scripted_api import make_api
from tests.support.scripted_transport import Answer

NOT_FOUND = Answer(404, {"detail": "Not Found"})
# The service's two sentences.
GONE = (
    (404, "Organization 'x' not found. Use /organizations/onboard first."),
    (400, "Organization 'x' is not active. Contact support."),
)


@pytest.mark.parametrize(
    ("answer", "remedy"),
    [
        (NOT_FOUND, "this version of the service does not know the call: is API_SERVICE_URL right?"),
        (
            Answer(307, {}, {"Location": "https://elsewhere/"}),
            "redirects are not followed, they would carry the key to https://elsewhere/",
        ),
        (
            Answer(422, {"detail": [{"loc": ["body"], "msg": "Field required"}]}),
            "look the request up in the API service's log",
        ),
    ],
)
def test_other_refusals_say_what_to_do(answer: Answer, remedy: str) -> None:
    """Each with the service's own words and the id to search its log for."""
    api, transport = make_api(answer)
    with pytest.raises(Refused) as caught:
        accept(api.post("/admin/bootstrap/sync", {}))
    problem = caught.value.problem
    assert problem.startswith(f"POST /api/v1/admin/bootstrap/sync at https://api.example answered {answer.status}: ")
    assert problem.endswith(f"(request {transport.sent[-1].headers['X-request-id']})")
    assert caught.value.remedy == remedy


@pytest.mark.parametrize(("status", "text"), GONE)
@pytest.mark.parametrize("shape", [lambda text: text, lambda text: {"error": "ORG", "message": text}])
def test_an_organization_that_went_away_is_no_error(status: int, text: str, shape: Callable[[str], object]) -> None:
    """Unknown, or no longer active, in the handler's own words."""
    api, _ = make_api(Answer(status, {"detail": shape(text), "request_id": "r"}))
    assert sync_organization(api, "x") is None


@pytest.mark.parametrize(
    "answer",
    [
        NOT_FOUND,
        Answer(404, b"<html><title>404 Page not found</title></html>"),
        Answer(400, {"error": "INVALID_HEADERS", "message": "Headers too large", "category": "VALIDATION"}),
        Answer(405, {"detail": "Method Not Allowed"}),
        Answer(400, {"detail": "Organization 'x' has an invalid dataset location.", "request_id": "r"}),
        Answer(400, {"detail": GONE[0][1], "request_id": "r"}),
        Answer(404, {"detail": GONE[1][1], "request_id": "r"}),
        Answer(404, {"detail": "it is gone", "request_id": "r"}),
    ],
)
def test_no_other_refusal_means_that_it_went_away(answer: Answer) -> None:
    """Else a wrong address or a proxy's page would pass for a run in which all is well."""
    with pytest.raises(Refused):
        sync_organization(make_api(answer)[0], "x")


@pytest.mark.parametrize(
    "answer", [Answer(404, {"detail": "Dataset not found", "request_id": "r"}), Answer(405, {"detail": "Not Found"})]
)
def test_only_an_unknown_route_means_another_path(answer: Answer) -> None:
    """A domain 404 does not."""
    api, transport = make_api(answer)
    with pytest.raises(Refused):
        api.count("/admin/quota/reset-daily", "orgs_processed")
    assert len(transport.sent) == 1


def test_a_service_without_either_path_is_named() -> None:
    """With what to look at."""
    api, transport = make_api(NOT_FOUND)
    with pytest.raises(Refused, match="is API_SERVICE_URL right"):
        api.count("/admin/quota/reset-daily", "orgs_processed")
    assert len(transport.sent) == 2


@pytest.mark.parametrize("body", [b"<html>hello</html>", b"", b"null", b"[]", b'{"status": "SUCCESS"'])
def test_a_200_that_is_no_answer_is_refused(body: bytes) -> None:
    """A captive portal, a proxy, half an answer."""
    with pytest.raises(UnexpectedAnswer):
        make_api(Answer(200, body))[0].count("/admin/quota/x", "orgs_processed")
