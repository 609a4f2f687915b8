"""A TCP connection within its own limit: name resolution, then the host's addresses, the next beside a slow one."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from errno import EINPROGRESS
from select import POLLOUT, poll
from time import monotonic

from runtime.net.endpoint import is_loopback
from runtime.net.faults import REFUSED, UNREACHABLE, UNRESOLVED, ConnectionFault
from runtime.process.clock import Clock
from runtime.process.errors import TransientError
from runtime.process.time_limit import call_within

Address = tuple[int, int, int, str, tuple[object, ...]]

# A resolver asks three servers twice, for 5 s each (resolv.conf(5)).
RESOLVE_SECONDS = 30.0
# For one address: Linux repeats a lost SYN after 1, 3 and 7 s.
ADDRESS_SECONDS = 10.0
# RFC 8305, section 5: how long the next address waits for the one before.
STAGGER_SECONDS = 0.25
PROXY_VARIABLES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")


def connect(host: str, port: int, deadline: float) -> socket.socket:
    """A connected socket without Nagle's delay, or ConnectionFault; `deadline` is of time.monotonic."""
    try:
        connection = _Race(resolve(host, port, deadline), f"{host}:{port}", deadline).run()
    except ConnectionFault as fault:
        raise ConnectionFault(fault.kind, fault.text + _mention_proxy(host)) from fault
    # With Nagle the rest of a long request waits 40 ms for a delayed ACK.
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def resolve(host: str, port: int, deadline: float) -> Sequence[Address]:
    """The addresses of a host, or ConnectionFault.

    getaddrinfo knows no timeout and no signal ends it, so it runs in a thread that is left behind.
    """
    # A host name in bytes spares the import of the idna codec.
    name = host.encode("ascii")
    seconds = min(deadline - monotonic(), RESOLVE_SECONDS)
    try:
        return call_within(seconds, lambda: socket.getaddrinfo(name, port, 0, socket.SOCK_STREAM), Clock())
    except TimeoutError as error:
        raise ConnectionFault(UNRESOLVED, f"{host}: no answer from name resolution in time") from error
    except (OSError, TransientError) as error:
        raise ConnectionFault(UNRESOLVED, f"{host}: {error}") from error


class _Race:
    """Tries addresses until one answers, as RFC 8305 does: each gets a head start before the next joins it."""

    def __init__(self, addresses: Sequence[Address], peer: str, deadline: float) -> None:
        self._addresses = _alternate_families(addresses)
        self._peer = peer
        self._deadline = deadline
        self._pending: dict[int, tuple[socket.socket, float]] = {}
        self._watch = poll()
        self._next_start = 0.0
        self._fault = ConnectionFault(UNREACHABLE, f"{peer}: the name has no address")

    def run(self) -> socket.socket:
        try:
            while self._addresses or self._pending:
                if self._addresses and (not self._pending or monotonic() >= self._next_start):
                    self._start(self._addresses.pop(0))
                connected = self._wait()
                if connected is not None:
                    return connected
            raise self._fault
        finally:
            for late, _ in self._pending.values():
                late.close()

    def _start(self, target: Address) -> None:
        family, kind, protocol, _, address = target
        now = monotonic()
        self._next_start = now + STAGGER_SECONDS
        limit = min(self._deadline, now + ADDRESS_SECONDS)
        try:
            attempt = socket.socket(family, kind, protocol)
        except OSError as error:
            # A kernel without the family.
            self._fail(error)
            return
        attempt.setblocking(False)
        problem = attempt.connect_ex(address)
        if problem not in (0, EINPROGRESS):
            attempt.close()
            self._fail(OSError(problem, os.strerror(problem)))
            return
        self._watch.register(attempt, POLLOUT)
        self._pending[attempt.fileno()] = attempt, limit

    def _wait(self) -> socket.socket | None:
        """The first that is connected by the time that something else has to be done."""
        limits = [limit for _, limit in self._pending.values()]
        if not limits:
            return None
        until = min(limits + ([self._next_start] if self._addresses else []))
        for number, _ in self._watch.poll(max(0.0, until - monotonic()) * 1000):
            attempt, _ = self._forget(number)
            error = attempt.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if not error:
                return attempt
            attempt.close()
            self._fail(OSError(error, os.strerror(error)))
        for number, (late, limit) in list(self._pending.items()):
            if monotonic() >= limit:
                self._forget(number)
                late.close()
                self._fail(TimeoutError("not connected in time"))
        return None

    def _forget(self, number: int) -> tuple[socket.socket, float]:
        self._watch.unregister(number)
        return self._pending.pop(number)

    def _fail(self, error: OSError) -> None:
        # If one address refused, the host is there: what went wrong with another says less.
        if isinstance(error, ConnectionRefusedError):
            self._fault = ConnectionFault(REFUSED, self._peer)
        elif self._fault.kind != REFUSED:
            self._fault = ConnectionFault(UNREACHABLE, f"{self._peer}: {error}")


def _alternate_families(addresses: Sequence[Address]) -> list[Address]:
    """In the resolver's order, but the families in turn (RFC 8305, section 4): one may lead nowhere."""
    same = [address for address in addresses if address[0] == addresses[0][0]]
    other = [address for address in addresses if address[0] != addresses[0][0]]
    pairs = [address for pair in zip(same, other, strict=False) for address in pair]
    return pairs + same[len(other) :] + other[len(same) :]


def _mention_proxy(host: str) -> str:
    found = [name for name in PROXY_VARIABLES if os.environ.get(name)]
    return f" ({found[0]} is set, but the jobs use no proxy)" if found and not is_loopback(host) else ""
