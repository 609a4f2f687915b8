"""TLS is always verified: FR-SJ-005.5."""

from __future__ import annotations

import os
import socket
import ssl
from hashlib import sha1
from pathlib import Path

import pytest
import trustme
from cryptography.x509 import load_pem_x509_certificate

from runtime.net import faults as fault
from runtime.net.faults import ConnectionFault
from runtime.net.tls import TrustStore
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


def _hash_subject(authority: trustme.CA) -> str:
    """What `openssl x509 -hash` prints: of the names in lower case, each a SET of one SEQUENCE of type and text."""
    canonical = b""
    for name in load_pem_x509_certificate(authority.cert_pem.bytes()).subject:
        text = " ".join(str(name.value).lower().split()).encode()
        kind = bytes((6, 3, 0x55, 4, int(name.oid.dotted_string.removeprefix("2.5.4."))))
        content = kind + bytes((12, len(text))) + text
        sequence = bytes((0x30, len(content))) + content
        canonical += bytes((0x31, len(sequence))) + sequence
    return f"{int.from_bytes(sha1(canonical).digest()[:4], 'little'):08x}"


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


@pytest.fixture
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in the image."""
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("no_variables")
def test_a_bundle_that_somebody_has_appended_to_is_read(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hashed folder does not verify the server, so the bundle is read and the connection tried again."""
    (tmp_path / "hashed").mkdir()
    authority.cert_pem.write_to_path(str(tmp_path / "bundle.pem"))
    monkeypatch.setattr("runtime.net.tls.HASHED_FOLDER", str(tmp_path / "hashed"))
    monkeypatch.setattr("runtime.net.tls.BUNDLE", str(tmp_path / "bundle.pem"))
    with raw_server(Peer.answer, tls=serve_tls(authority, "127.0.0.1")) as server:
        assert (200, b"{}") == send(server)
        assert 2 == server.connections


def test_a_bundle_named_by_the_variable_is_read_whole_wherever_it_lies(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside the hashed files too: somebody may have added to the bundle alone."""
    bundle = tmp_path / "ca-certificates.crt"
    authority.cert_pem.write_to_path(str(bundle))
    monkeypatch.setattr("runtime.net.tls.HASHED_FOLDER", str(tmp_path))
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    with raw_server(Peer.answer, tls=serve_tls(authority, "127.0.0.1")) as server:
        assert (200, b"{}") == send(server)
        assert 1 == server.connections


@pytest.mark.usefixtures("no_variables")
def test_a_folder_of_hashes_is_honored_and_may_be_one_of_several(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SSL_CERT_DIR is a list, as for OpenSSL."""
    authority.cert_pem.write_to_path(str(tmp_path / f"{_hash_subject(authority)}.0"))
    monkeypatch.setenv("SSL_CERT_DIR", f"/nowhere:{tmp_path}")
    with raw_server(Peer.answer, tls=serve_tls(authority, "127.0.0.1")) as server:
        assert (200, b"{}") == send(server)


@pytest.mark.usefixtures("no_variables")
def test_a_variable_that_names_a_folder_does_not_lead_to_another(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If you set SSL_CERT_DIR, you trust that folder and OpenSSL's default bundle, not Debian's by another path."""
    authority.cert_pem.write_to_path(str(tmp_path / "bundle.pem"))
    monkeypatch.setattr("runtime.net.tls.BUNDLE", str(tmp_path / "bundle.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    with raw_server(Peer.answer, tls=serve_tls(authority, "127.0.0.1")) as server, pytest.raises(ConnectionFault):
        send(server)


@pytest.mark.usefixtures("no_variables")
@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("SSL_CERT_FILE", "/nowhere/ca.pem", "SSL_CERT_FILE /nowhere/ca.pem cannot be read: No such file or directory"),
        ("SSL_CERT_FILE", "/", "SSL_CERT_FILE / cannot be read: Is a directory"),
        ("SSL_CERT_FILE", os.devnull, "SSL_CERT_FILE /dev/null holds no certificate"),
        ("SSL_CERT_DIR", "/nowhere", "SSL_CERT_DIR /nowhere does not exist"),
        ("SSL_CERT_DIR", "/nowhere:/neither", "SSL_CERT_DIR /nowhere:/neither does not exist"),
    ],
)
def test_ca_certificates_that_cannot_be_read_are_a_mistake_of_the_settings(
    name: str, value: str, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing was sent, and no retry will fix it: the variable is named."""
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError) as caught:
        send_to("https://127.0.0.1:9", AMPLE)
    assert problem == caught.value.problem


def test_an_empty_variable_means_what_an_unset_one_does() -> None:
    """The system's CA certificates."""
    unset, empty = (TrustStore(variables) for variables in ({}, {"SSL_CERT_FILE": "", "SSL_CERT_DIR": ""}))
    assert unset.context.cert_store_stats() == empty.context.cert_store_stats()


@pytest.mark.usefixtures("no_variables")
def test_a_bundle_that_is_broken_is_a_mistake_of_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It looks like a certificate and is none."""
    (tmp_path / "ca.pem").write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    with pytest.raises(ConfigurationError, match=r"SSL_CERT_FILE .*ca\.pem holds no certificate"):
        send_to("https://127.0.0.1:9", AMPLE)


def test_a_peer_that_speaks_no_tls_is_a_fault_before_anything_is_sent() -> None:
    """A handshake that fails leaves the request unsent."""

    def speak_plainly(peer: Peer) -> None:
        peer.send(b"HTTP/1.1 400 Bad\r\n\r\n")

    with raw_server(speak_plainly) as server, pytest.raises(ConnectionFault) as caught:
        send_to(f"https://127.0.0.1:{server.port}", AMPLE)
    assert not caught.value.maybe_processed


def test_the_host_is_named_without_the_port_that_its_scheme_implies(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RFC 9110, 4.2.3: a front end may know the name with a port for another site."""
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    heads: list[bytes] = []

    def script(peer: Peer) -> None:
        heads.append(peer.read_request())
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    with raw_server(script, tls=serve_tls(authority, "api.example")) as server:
        there = ("127.0.0.1", server.port)
        monkeypatch.setattr("runtime.net.connection.connect", lambda *_: socket.create_connection(there))
        assert (200, b"{}") == send_to("https://api.example", AMPLE)
    assert b"\r\nHost: api.example\r\n" in heads[0]
