"""The metadata server as one container sees it: its project, its region, its account and tokens for it."""

from __future__ import annotations

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from tests.sandbox.control_plane.identity.oauth import LIFETIME_SECONDS

FLAVOR = {"metadata-flavor": "Google"}
SCOPE = "https://www.googleapis.com/auth/cloud-platform"
ROOT = "/computeMetadata/v1"


def make_app(email: str, project: str, number: str, region: str, issue_token: Callable[[str], str]) -> Starlette:
    """Answers for one account. Every read needs `Metadata-Flavor: Google`, as protection against forged requests."""
    texts = {
        "project/project-id": project,
        "project/numeric-project-id": number,
        "instance/region": f"projects/{number}/regions/{region}",
        "universe/universe-domain": "googleapis.com",
        "instance/service-accounts/default/email": email,
    }

    async def read_text(request: Request) -> Response:
        if not _is_genuine(request):
            return _refuse()
        text = texts.get(request.path_params["key"])
        return PlainTextResponse(text or "not found", 200 if text else 404, FLAVOR)

    async def describe(request: Request) -> Response:
        if not _is_genuine(request) or request.query_params.get("recursive") != "true":
            return _refuse()
        return JSONResponse({"aliases": ["default"], "email": email, "scopes": [SCOPE]}, headers=FLAVOR)

    async def give_token(request: Request) -> Response:
        if not _is_genuine(request):
            return _refuse()
        token = {"access_token": issue_token(email), "expires_in": LIFETIME_SECONDS, "token_type": "Bearer"}
        return JSONResponse(token, headers=FLAVOR)

    async def ping(_request: Request) -> Response:
        return PlainTextResponse("computeMetadata/\n", headers=FLAVOR)

    account = f"{ROOT}/instance/service-accounts/{{account}}"
    routes = [Route("/", ping), Route(f"{account}/token", give_token), Route(f"{account}/", describe)]
    return Starlette(routes=[*routes, Route(f"{ROOT}/{{key:path}}", read_text)])


def _is_genuine(request: Request) -> bool:
    return request.headers.get("metadata-flavor") == "Google" and "x-forwarded-for" not in request.headers


def _refuse() -> Response:
    return PlainTextResponse("Missing Metadata-Flavor:Google header.", 403, FLAVOR)
