"""TLS is always verified: FR-SJ-005.5."""

from __future__ import annotations

import ssl

import pytest
import trustme

from runtime.net import faults as fault
from runtime.net.endpoint import Endpoint
from runtime.net.faults import ConnectionFault
from runtime.process.errors import ConfigurationError
from tests.support.exchange import AMPLE, send, send_to
from tests.support.raw_server import Peer, raw_server


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def serve_tls(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def test_tls_with_a_trusted_certificate_works(
    authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SSL_CERT_FILE names the authority, as for OpenSSL."""
    file = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(file))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with raw_server(Peer.answer, tls=serve_tls(authority, "127.0.0.1")) as server:
        assert (200, b"{}") == send(server)


@pytest.mark.parametrize("trusted", [False, True], ids=["unknown authority", "other host's certificate"])
def test_tls_is_always_verified(
    authority: trustme.CA, trusted: bool, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither an unknown authority nor another host's certificate gets the key."""
    if trusted:
        file = tmp_path_factory.mktemp("ca") / "ca.pem"
        authority.cert_pem.write_to_path(str(file))
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
    name = "other.example" if trusted else "127.0.0.1"
    with raw_server(Peer.answer, tls=serve_tls(authority, name)) as server, pytest.raises(ConnectionFault) as caught:
        send(server)
    assert (fault.CERTIFICATE, False) == (caught.value.kind, caught.value.maybe_processed)


def test_authorities_that_cannot_be_read_are_a_mistake_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing was sent, and no retry will mend it: the variable is named."""
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/ca.pem")
    with pytest.raises(ConfigurationError, match=r"SSL_CERT_FILE /nowhere/ca\.pem"):
        send_to(Endpoint(True, "127.0.0.1", 9), AMPLE)


def test_a_peer_that_speaks_no_tls_is_a_fault_before_anything_is_sent() -> None:
    """A handshake that fails leaves the request unsent."""

    def speak_plainly(peer: Peer) -> None:
        peer.send(b"HTTP/1.1 400 Bad\r\n\r\n")

    with raw_server(speak_plainly) as server, pytest.raises(ConnectionFault) as caught:
        send_to(Endpoint(True, "127.0.0.1", server.port), AMPLE)
    assert not caught.value.maybe_processed
