"""The root key, and how a route reaches the service's state."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Depends, Header, HTTPException, Request

from sandbox.admin_api.state import AdminState

KEY_AS_SENT = re.compile(rb"^x-ca-root-key:[ \t]*([^\r\n]*)", re.IGNORECASE | re.MULTILINE)


def find_state(request: Request) -> AdminState:
    """The state that the application was made with."""
    state = request.app.state.admin
    assert isinstance(state, AdminState)
    return state


State = Annotated[AdminState, Depends(find_state)]


def require_key(
    request: Request, state: State, x_ca_root_key: Annotated[str | None, Header(alias="X-CA-Root-Key")] = None
) -> None:
    """Refuses a missing key (401), a server without one (503) and a wrong key (403), in this order."""
    if not x_ca_root_key:
        raise HTTPException(401, "Root API key required. Provide X-CA-Root-Key header.")
    if not state.key:
        raise HTTPException(503, "Root API key not configured. Set CA_ROOT_API_KEY environment variable.")
    if _untrimmed(request, x_ca_root_key) != state.key:
        raise HTTPException(403, "Invalid root API key")


def _untrimmed(request: Request, value: str) -> str:
    """The key with the blanks that this server's parser trims and the real one's does not."""
    as_sent = KEY_AS_SENT.search(request.state.received)
    return as_sent[1].decode("latin-1") if as_sent else value
