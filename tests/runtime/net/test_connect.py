"""A host's addresses are tried in turn, and what is said of all of them is the most useful: FR-SJ-005.5."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing
from time import monotonic
from typing import Any

import pytest

from runtime.net import faults as fault
from runtime.net.connect import connect
from runtime.net.faults import ConnectionFault
from tests.support.exchange import AMPLE

IPV6 = (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", 1, 0, 0))


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as open_socket:
        yield open_socket


def _address(listener: socket.socket) -> tuple[Any, ...]:
    return (socket.AF_INET, socket.SOCK_STREAM, 6, "", listener.getsockname())


def _resolve_to(patch: pytest.MonkeyPatch, *addresses: tuple[Any, ...]) -> None:
    patch.setattr("socket.getaddrinfo", lambda *_: list(addresses))


@pytest.fixture(autouse=True)
def no_ipv6(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel without it, as containers often have."""

    class Ipv4Socket(socket.socket):
        def __init__(self, family: int = -1, *arguments: Any, **options: Any) -> None:
            if family == socket.AF_INET6:
                raise OSError(errno.EAFNOSUPPORT, "Address family not supported by protocol")
            super().__init__(family, *arguments, **options)

    monkeypatch.setattr("socket.socket", Ipv4Socket)


def test_an_address_that_this_machine_cannot_use_is_passed_over(
    listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name has an IPv6 address, the machine none."""
    _resolve_to(monkeypatch, IPV6, _address(listener))
    with closing(connect("host.example", 1, monotonic() + AMPLE)) as connection:
        assert listener.getsockname() == connection.getpeername()


@pytest.mark.parametrize("refused_first", [True, False])
def test_one_refusal_says_more_than_an_address_that_cannot_be_used(
    refused_first: bool, listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a refusal even a notification may be sent again; that depends on no order."""
    refused = _address(listener)
    listener.close()
    _resolve_to(monkeypatch, *((refused, IPV6) if refused_first else (IPV6, refused)))
    with pytest.raises(ConnectionFault) as caught:
        connect("host.example", 1, monotonic() + AMPLE)
    assert (fault.REFUSED, False) == (caught.value.kind, caught.value.maybe_processed)


def test_a_host_without_a_usable_address_is_surely_not_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing was sent."""
    _resolve_to(monkeypatch, IPV6)
    with pytest.raises(ConnectionFault) as caught:
        connect("host.example", 1, monotonic() + AMPLE)
    assert (fault.UNREACHABLE, False) == (caught.value.kind, caught.value.maybe_processed)


@pytest.fixture
def black_hole() -> Iterator[socket.socket]:
    """An address whose kernel drops a SYN, as a firewall does: the queue of what it has not accepted is full."""
    with socket.socket() as listener, ExitStack() as queue:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            waiting = queue.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield listener


def test_an_address_that_swallows_packets_costs_a_moment(
    black_hole: socket.socket, listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RFC 8305: the next address starts while the first is still pending; the first has not even timed out."""
    _resolve_to(monkeypatch, _address(black_hole), _address(listener))
    monkeypatch.setattr("runtime.net.connect.ADDRESS_SECONDS", 1e6)
    with closing(connect("host.example", 1, monotonic() + 1e6)) as connection:
        assert listener.getsockname() == connection.getpeername()


def test_an_address_that_never_answers_has_a_limit_of_its_own(
    black_hole: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not the deadline of the call, which may be half an hour; nothing was sent, and the fault says what happened."""
    _resolve_to(monkeypatch, _address(black_hole))
    monkeypatch.setattr("runtime.net.connect.ADDRESS_SECONDS", 0.01)
    with pytest.raises(ConnectionFault) as caught:
        connect("host.example", 1, monotonic() + 1e6)
    assert (fault.UNREACHABLE, False) == (caught.value.kind, caught.value.maybe_processed)
    assert "no connection: host.example:1: not connected in time" == str(caught.value)


def test_the_next_address_does_not_wait_for_a_head_start_after_a_failure(
    listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refusal leaves nobody to wait for."""
    with socket.create_server(("127.0.0.1", 0)) as gone:
        refused = _address(gone)
    _resolve_to(monkeypatch, refused, refused, _address(listener))
    monkeypatch.setattr("runtime.net.connect.STAGGER_SECONDS", 1e6)
    with closing(connect("host.example", 1, monotonic() + AMPLE)) as connection:
        assert listener.getsockname() == connection.getpeername()


@pytest.mark.parametrize("name", ["https_proxy", "HTTPS_PROXY", "ALL_PROXY"])
def test_a_proxy_that_is_not_used_is_mentioned(
    name: str, listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If a proxy is the only way out, that is the reason; a host of this machine needs none."""
    refused = _address(listener)
    listener.close()
    _resolve_to(monkeypatch, refused)
    monkeypatch.setenv(name, "http://proxy.example:3128")
    for host, mentioned in (("host.example", True), ("127.0.0.1", False)):
        with pytest.raises(ConnectionFault) as caught:
            connect(host, 1, monotonic() + AMPLE)
        assert mentioned == (f"{name} is set, but the jobs use no proxy" in str(caught.value))
