"""The OAuth token endpoint, for service-account keys."""

from __future__ import annotations

from urllib.parse import parse_qs

from google.auth.exceptions import GoogleAuthError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.control_plane.identity.accounts import Identities

PATH = "/token"
# google-auth signs for this address, even if the key file has another.
AUDIENCE = "https://oauth2.googleapis.com/token"
LIFETIME_SECONDS = 3599
GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def make_route(identities: Identities) -> Route:
    """`POST /token` (RFC 7523): a signed assertion for an access token."""

    async def exchange(request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        if form.get("grant_type") != GRANT_TYPE:
            return _refuse("unsupported_grant_type", f"Invalid grant_type: {form.get('grant_type')}")
        try:
            email = identities.verify_assertion(form.get("assertion", ""), [AUDIENCE, str(request.url)])
        except (ValueError, GoogleAuthError) as error:
            return _refuse("invalid_grant", str(error))
        token = identities.issue_token(email)
        return JSONResponse({"access_token": token, "expires_in": LIFETIME_SECONDS, "token_type": "Bearer"})

    return Route(PATH, exchange, methods=["POST"])


def _refuse(error: str, description: str) -> Response:
    return JSONResponse({"error": error, "error_description": description}, 400)
