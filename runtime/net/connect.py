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

Address = tuple[int, int, int, str, tuple[object, ...]]

# A resolver asks three servers twice, for 5 s each (resolv.conf(5)).
RESOLVE_SECONDS = 30.0
# After the start of the last address: Linux repeats a lost SYN after 1, 3 and 7 s.
ADDRESS_SECONDS = 10.0
# RFC 8305, section 5: how long the next address waits for the one before.
STAGGER_SECONDS = 0.25
PROXY_VARIABLES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")


def connect(host: str, port: int, deadline: float) -> socket.socket:
    """A connected socket without Nagle's delay, or ConnectionFault; `deadline` is of time.monotonic."""
    try:
        connection = _race(_resolve(host, port, deadline), f"{host}:{port}", deadline)
    except ConnectionFault as fault:
        found = [name for name in PROXY_VARIABLES if os.environ.get(name)]
        if found and not is_loopback(host):
            fault.text += f" ({found[0]} is set, but the jobs use no proxy)"
        raise
    # With Nagle the rest of a long request waits 40 ms for a delayed ACK.
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _resolve(host: str, port: int, deadline: float) -> Sequence[Address]:
    """getaddrinfo knows no timeout and no signal ends it, so it runs in a thread that is left behind."""
    # A host name in bytes spares the import of the idna codec.
    name = host.encode("ascii")
    seconds = min(deadline - monotonic(), RESOLVE_SECONDS)
    try:
        return Clock().call_within(seconds, lambda: socket.getaddrinfo(name, port, 0, socket.SOCK_STREAM))
    except (OSError, TransientError) as error:
        raise ConnectionFault(UNRESOLVED, f"{host}: {error}") from error


def _race(found: Sequence[Address], peer: str, deadline: float) -> socket.socket:
    """The first address that answers, as RFC 8305 has it: each gets a head start before the next joins it."""
    waiting = list(found)
    pending: dict[int, socket.socket] = {}
    watch = poll()
    problems: list[OSError] = []
    limit = deadline
    try:
        while waiting or pending:
            if waiting:
                limit = min(deadline, monotonic() + ADDRESS_SECONDS)
                try:
                    attempt = _start(waiting.pop(0))
                except OSError as error:
                    problems.append(error)
                    continue
                pending[attempt.fileno()] = attempt
                watch.register(attempt, POLLOUT)
            left = max(0.0, limit - monotonic())
            ready = watch.poll((min(left, STAGGER_SECONDS) if waiting else left) * 1000)
            for number, _ in ready:
                watch.unregister(number)
                attempt = pending.pop(number)
                code = attempt.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                if not code:
                    return attempt
                attempt.close()
                problems.append(OSError(code, os.strerror(code)))
            if not ready and not waiting:
                problems.append(TimeoutError("not connected in time"))
                break
    finally:
        for attempt in pending.values():
            attempt.close()
    # If one address refused, the host is there: what went wrong with another says less.
    if any(isinstance(problem, ConnectionRefusedError) for problem in problems):
        raise ConnectionFault(REFUSED, peer)
    raise ConnectionFault(UNREACHABLE, f"{peer}: {problems[-1]}")


def _start(target: Address) -> socket.socket:
    """A socket that is being connected; OSError if this machine cannot even begin."""
    family, kind, protocol, _, address = target
    attempt = socket.socket(family, kind, protocol)
    attempt.setblocking(False)
    code = attempt.connect_ex(address)
    if code not in (0, EINPROGRESS):
        attempt.close()
        raise OSError(code, os.strerror(code))
    return attempt
