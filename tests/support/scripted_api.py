"""The admin API's client over answers from a list."""

from __future__ import annotations

from runtime.net.client import HttpClient
from runtime.net.faults import ConnectionFault
from runtime.process.secret import Secret
from runtime.services.admin_api import AdminApi
from tests.support.records import Records
from tests.support.scripted_transport import Answer, ScriptedTransport
from tests.support.virtual_clock import VirtualClock


def make_api(*steps: Answer | ConnectionFault, clock: VirtualClock | None = None) -> tuple[AdminApi, ScriptedTransport]:
    """The client, and the transport that plays these steps."""
    clock, transport = clock or VirtualClock(), ScriptedTransport(*steps)
    client = HttpClient(
        "https://api.example",
        {"X-CA-Root-Key": ("", Secret("k3y", "KEY"))},
        transport=transport,
        clock=clock,
        log=Records(clock),
        deadline=clock.monotonic() + 10_000,
    )
    return AdminApi(client), transport
