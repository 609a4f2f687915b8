"""The metadata server as one container sees it: its project, its region, its account and tokens for it."""

from __future__ import annotations

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from sandbox.control_plane.identity.oauth import LIFETIME_SECONDS

FLAVOR = {"metadata-flavor": "Google"}
SCOPE = "https://www.googleapis.com/auth/cloud-platform"
ROOT = "/computeMetadata/v1"


class MetadataServer:
    """Answers for one account. Every read needs `Metadata-Flavor: Google`, as protection against forged requests."""

    def __init__(self, email: str, project: str, number: str, region: str, issue_token: Callable[[str], str]) -> None:
        self._email = email
        self._issue_token = issue_token
        self._texts = {
            "project/project-id": project,
            "project/numeric-project-id": number,
            "instance/region": f"projects/{number}/regions/{region}",
            "universe/universe-domain": "googleapis.com",
            "instance/service-accounts/default/email": email,
        }

    def make_app(self) -> Starlette:
        """The routes; the root alone answers without the header, for clients that look for a metadata server."""
        account = f"{ROOT}/instance/service-accounts/{{account}}"
        routes = [
            Route("/", self._greet),
            Route(f"{account}/token", self._give_token),
            Route(f"{account}/", self._describe_account),
            Route(f"{ROOT}/{{key:path}}", self._read_text),
        ]
        return Starlette(routes=routes)

    async def _greet(self, _request: Request) -> Response:
        return PlainTextResponse("computeMetadata/\n", headers=FLAVOR)

    async def _read_text(self, request: Request) -> Response:
        if not _is_genuine(request):
            return _refuse()
        text = self._texts.get(request.path_params["key"])
        return PlainTextResponse(text or "not found", 200 if text else 404, FLAVOR)

    async def _describe_account(self, request: Request) -> Response:
        if not _is_genuine(request) or request.query_params.get("recursive") != "true":
            return _refuse()
        return JSONResponse({"aliases": ["default"], "email": self._email, "scopes": [SCOPE]}, headers=FLAVOR)

    async def _give_token(self, request: Request) -> Response:
        if not _is_genuine(request):
            return _refuse()
        token = self._issue_token(self._email)
        described = {"access_token": token, "expires_in": LIFETIME_SECONDS, "token_type": "Bearer"}
        return JSONResponse(described, headers=FLAVOR)


def _is_genuine(request: Request) -> bool:
    return request.headers.get("metadata-flavor") == "Google" and "x-forwarded-for" not in request.headers


def _refuse() -> Response:
    return PlainTextResponse("Missing Metadata-Flavor:Google header.", 403, FLAVOR)
