"""A TCP connection within a deadline, name resolution included."""

from __future__ import annotations

import socket
from _thread import allocate_lock, start_new_thread
from time import monotonic

from runtime.net.faults import DEADLINE, REFUSED, UNREACHABLE, UNRESOLVED, ConnectionFault

TYPE_CHECKING = False
if TYPE_CHECKING:
    Address = tuple[int, int, int, str, tuple[object, ...]]


def resolve(host: str, port: int, deadline: float) -> list[Address]:
    """The addresses of a host, or ConnectionFault once the deadline (of time.monotonic) has passed.

    getaddrinfo knows no timeout and no signal ends it, so it runs in a thread that is left behind.
    """
    answer: list[object] = []
    done = allocate_lock()
    done.acquire()

    def look_up() -> None:
        try:
            # A host name in bytes spares the import of the idna codec.
            answer.append(socket.getaddrinfo(host.encode("ascii"), port, 0, socket.SOCK_STREAM))
        except OSError as error:
            answer.append(error)
        finally:
            done.release()

    start_new_thread(look_up, ())
    if not done.acquire(timeout=max(0.0, deadline - monotonic())):
        raise ConnectionFault(UNRESOLVED, f"{host}: no answer from name resolution in time")
    if not answer or isinstance(answer[0], OSError):
        raise ConnectionFault(UNRESOLVED, f"{host}: {answer[0] if answer else 'resolver failed'}")
    return answer[0]  # type: ignore[return-value]


def connect(host: str, port: int, deadline: float) -> socket.socket:
    """A connected socket without Nagle's delay; the host's addresses are tried in turn, and share the time."""
    addresses = resolve(host, port, deadline)
    reason: OSError | None = None
    for position, address in enumerate(addresses):
        try:
            return _connect(address, (deadline - monotonic()) / (len(addresses) - position))
        except OSError as error:
            # Where one of them was refused, the host is there: what another's network lacks says less.
            if not isinstance(reason, ConnectionRefusedError):
                reason = error
    raise _map_connect_error(reason, f"{host}:{port}") from reason


def _connect(where: Address, seconds: float) -> socket.socket:
    family, kind, protocol, _, address = where
    if seconds <= 0:
        raise TimeoutError("deadline passed")
    connection = socket.socket(family, kind, protocol)
    try:
        connection.settimeout(seconds)
        connection.connect(address)
        # With Nagle the rest of a long request waits 40 ms for a delayed ACK.
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        connection.close()
        raise
    return connection


def _map_connect_error(error: OSError | None, peer: str) -> ConnectionFault:
    if isinstance(error, ConnectionRefusedError):
        return ConnectionFault(REFUSED, peer)
    if isinstance(error, TimeoutError):
        return ConnectionFault(DEADLINE, f"{peer}: not connected in time", maybe_processed=False)
    return ConnectionFault(UNREACHABLE, f"{peer}: {error}")
