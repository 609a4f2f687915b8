"""A transport that answers from a list; for policies, without a socket."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message

from runtime.net.faults import ConnectionFault
from runtime.net.transport import WireRequest


@dataclass(frozen=True, slots=True)
class Answer:
    """What the peer says; a body that is no bytes is sent as JSON."""

    status: int = 200
    body: object = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0


class ScriptedTransport:
    """Plays its steps in order, the last one for ever; keeps what was sent in `sent` and the budgets in `seconds`."""

    def __init__(self, *steps: Answer | ConnectionFault, clock: Callable[[float], None] | None = None) -> None:
        self._steps = list(steps)
        self._advance = clock
        self.sent: list[WireRequest] = []
        self.seconds: list[float] = []

    def send(self, request: WireRequest, seconds: float) -> tuple[int, Mapping[str, str], bytes]:
        """The next step."""
        self.sent.append(request)
        self.seconds.append(seconds)
        step = self._steps.pop(0) if len(self._steps) > 1 else self._steps[0]
        if isinstance(step, ConnectionFault):
            raise step
        if self._advance is not None:
            self._advance(step.seconds)
        return encode(step)


def encode(answer: Answer) -> tuple[int, Mapping[str, str], bytes]:
    """The answer as a transport returns it."""
    headers = Message()
    for name, value in answer.headers.items():
        headers[name] = value
    body = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
    return answer.status, headers, body  # type: ignore[return-value]
