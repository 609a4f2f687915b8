"""What a container's network is in a rehearsal: the real transport, to the stand-ins, in virtual time."""

from __future__ import annotations

from collections.abc import Mapping

from runtime.net.faults import DEADLINE, ConnectionFault
from runtime.net.transport import UrllibTransport, WireRequest
from sandbox.rehearsal.run_clock import TIMEOUT_SECONDS, RunClock

# Google's own hosts: nothing goes wrong with them in a rehearsal.
RUN_API, METADATA = "run.googleapis.com", "metadata.google.internal"
PLATFORM = (RUN_API, METADATA)


class Network:
    """A Transport. `addresses` say which stand-in is behind a host's name; no other host is there."""

    def __init__(self, addresses: Mapping[str, str], clock: RunClock, transport: UrllibTransport) -> None:
        self._addresses = addresses
        self._clock = clock
        self._transport = transport

    def send(self, request: WireRequest, seconds: float) -> tuple[int, Mapping[str, str], bytes]:
        """As the real one; an answer that comes too late was still carried out. Raises KeyError for another host."""
        host, path = request.host, request.selector
        prompt = host in PLATFORM
        request.full_url = self._addresses[host] + path
        try:
            answer = self._transport.send(request, TIMEOUT_SECONDS)
        except ConnectionFault as fault:
            self._clock.await_answer(seconds, prompt=prompt)
            # The free port of the day would make two reports of the same rehearsal differ.
            raise ConnectionFault(fault.kind, host) from fault
        if not self._clock.await_answer(seconds, prompt=prompt):
            raise ConnectionFault(DEADLINE, host)
        return answer
