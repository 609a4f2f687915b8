"""A client with a scripted peer, a virtual clock and a log at hand."""

from __future__ import annotations

from runtime.net import faults as fault
from runtime.net.client import HttpClient
from runtime.net.faults import ConnectionFault
from runtime.net.request import Request
from runtime.net.response import Response
from runtime.net.retry_policy import RetryPolicy, repeatable
from runtime.process.secret import Secret
from tests.support.records import Records
from tests.support.scripted_transport import Answer, ScriptedTransport
from tests.support.virtual_clock import VirtualClock

OK = Answer(200)
BUSY = Answer(503, b"<html>busy</html>")
RESET = ConnectionFault(fault.ANSWER, "reset")
KINDS = (
    fault.UNRESOLVED,
    fault.REFUSED,
    fault.UNREACHABLE,
    fault.HANDSHAKE,
    fault.SENDING,
    fault.ANSWER,
    fault.BODY,
    fault.DEADLINE,
)


class Caller:
    """A client with everything around it at hand."""

    def __init__(self, *steps: Answer | ConnectionFault, deadline: float = 10_000.0, fraction: float = 1.0) -> None:
        self.clock = VirtualClock(fraction=fraction)
        self.log = Records(self.clock)
        self.transport = ScriptedTransport(*steps, clock=self._advance)
        self.client = HttpClient(
            "https://api.example",
            {"X-CA-Root-Key": ("", Secret("k3y", "KEY"))},
            transport=self.transport,
            clock=self.clock,
            log=self.log,
            deadline=self.clock.monotonic() + deadline,
        )

    def _advance(self, seconds: float) -> None:
        self.clock.moment += seconds

    def call(self, policy: RetryPolicy = repeatable, seconds: float = 300.0) -> Response:
        return self.client.call(Request("POST", "/api/v1/x?y=1", policy, body=b"{}", seconds=seconds))

    @property
    def attempts(self) -> int:
        return len(self.transport.sent)
