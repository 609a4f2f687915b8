"""Who may call: users, their access tokens, and the projects they may touch."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.supabase.refused import RefusedError

TOKEN = "sbp_" + "0a" * 20
SECOND_TOKEN = "sbp_" + "0b" * 20  # of the same user: shares the rate limit
STRANGER_TOKEN = "sbp_" + "0c" * 20  # good, but of a user without rights on the projects

DENIED = (
    "Your account does not have the necessary privileges to access this endpoint. For more details, refer to our "
    "documentation https://supabase.com/docs/guides/platform/access-control"
)


@dataclass(frozen=True, slots=True)
class User:
    """One account: its tokens, and whether the projects are its own."""

    name: str
    tokens: frozenset[str]
    may_query: bool


USERS = (
    User("owner", frozenset({TOKEN, SECOND_TOKEN}), may_query=True),
    User("stranger", frozenset({STRANGER_TOKEN}), may_query=False),
)


def authenticate(authorization: str | None) -> User:
    """The user whose token the header carries. Raises RefusedError 401: none, unknown, or no access token at all."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise RefusedError(401, "Unauthorized")
    if not token.startswith("sbp_"):
        raise RefusedError(401, "JWT could not be decoded")
    for user in USERS:
        if token in user.tokens:
            return user
    raise RefusedError(401, "Unauthorized")
