"""Google's APIs as a list of answers per call; for the commands' decisions, without a server."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from typing import Any

from operations.cloud.credentials import Identity
from operations.cloud.google_session import GoogleSession
from runtime.config.catalog import load_catalog
from runtime.net.faults import ConnectionFault
from runtime.net.transport import WireRequest
from runtime.process.clock import Clock
from tests.support.scripted_transport import Answer

CATALOG = load_catalog()
STAGE = CATALOG.environments["stage"]
EMAIL = "operator@cloudact-testing-1.iam.gserviceaccount.com"
PLACE = "projects/cloudact-testing-1/locations/us-central1"

Step = Answer | ConnectionFault


class ScriptedGoogle:
    """A transport: per call ("GET run.googleapis.com/v2/...", matched by its start) its steps, the last for ever."""

    def __init__(self) -> None:
        self._steps: dict[str, list[Step]] = {}
        self.sent: list[WireRequest] = []

    def on(self, call: str, *steps: Step | Mapping[str, Any]) -> None:
        """Sets the answers; a mapping is the JSON of a 200."""
        self._steps[call] = [
            step if isinstance(step, Answer | ConnectionFault) else Answer(body=step) for step in steps
        ]

    def send(self, request: WireRequest, seconds: float) -> tuple[int, Mapping[str, str], bytes]:
        """The next answer; KeyError for a call that the test did not expect."""
        self.sent.append(request)
        called = f"{request.method} {request.host}{request.selector}"
        steps = next(self._steps[call] for call in sorted(self._steps, reverse=True) if called.startswith(call))
        step = steps.pop(0) if len(steps) > 1 else steps[0]
        if isinstance(step, ConnectionFault):
            raise step
        headers = Message()
        for name, value in step.headers.items():
            headers[name] = value
        body = step.body if isinstance(step.body, bytes) else json.dumps(step.body).encode()
        return step.status, headers, body  # type: ignore[return-value]

    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [f"{request.method} {request.selector}" for request in self.sent]


@dataclass(slots=True)
class Token:
    """google-auth's credentials, as far as a session uses them; `faults` are raised by the next refreshes."""

    faults: list[Exception]
    token: str = "ya29.token"
    valid: bool = False
    quota_project_id: str | None = None

    def refresh(self, _request: object) -> None:
        if self.faults:
            raise self.faults.pop(0)
        self.valid = True


def open_session(
    google: ScriptedGoogle, clock: Clock, *, email: str | None = EMAIL, token: Token | None = None
) -> GoogleSession:
    """A session of stage's operator; `email` None is a person, whose credentials do not tell the address."""
    identity = Identity(token or Token([]), email, "a test")
    return GoogleSession(STAGE, {}, clock=clock, transport=google, identity=identity)
