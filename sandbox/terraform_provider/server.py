"""The gRPC server, and the handshake by which Terraform starts a provider."""

from __future__ import annotations

import base64
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc

from sandbox.terraform_provider.messages import MESSAGES, PACKAGE
from sandbox.terraform_provider.service import CALLS, ProviderService

# Terraform's word to its plugins, so that nobody runs one by mistake.
COOKIE_NAME = "TF_PLUGIN_MAGIC_COOKIE"
_COOKIE = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"
_CORE_PROTOCOL, _PROVIDER_PROTOCOL = 1, 5
_THREADS = 2  # Terraform walks ten resources at a time, but more threads would only wait for the interpreter
_SERVING = b"\x08\x01"  # grpc.health.v1.HealthCheckResponse, status SERVING


class ProviderServer:
    """A provider that serves on a free loopback port until it is closed."""

    def __init__(self, service: ProviderService, credentials: grpc.ServerCredentials | None = None) -> None:
        self.service = service
        self.inventory_url = ""  # where its world is listed as the APIs do, if anybody serves that
        self.shutdown = threading.Event()
        self._server = grpc.server(ThreadPoolExecutor(_THREADS, thread_name_prefix="provider"))
        self._server.add_generic_rpc_handlers(self._list_handlers())
        address = "127.0.0.1:0"
        port = (
            self._server.add_secure_port(address, credentials)
            if credentials
            else self._server.add_insecure_port(address)
        )
        self.address = f"127.0.0.1:{port}"
        self._server.start()

    def close(self) -> None:
        """Ends at once; calls under way are cut off."""
        self._server.stop(grace=0)

    def _list_handlers(self) -> list[grpc.GenericRpcHandler]:
        return [
            _handle(f"{PACKAGE}.Provider", {name: self._answer(name) for name in CALLS}),
            _handle("plugin.GRPCController", {"Shutdown": _raw(self._shut_down)}),
            # A handler that waited for output would hold a thread for good.
            _handle(
                "plugin.GRPCStdio", {"StreamStdio": grpc.unary_stream_rpc_method_handler(lambda _data, _call: iter(()))}
            ),
            _handle("grpc.health.v1.Health", {"Check": _raw(lambda: _SERVING)}),
        ]

    def _answer(self, name: str) -> grpc.RpcMethodHandler:
        request_name, method = CALLS[name]
        return grpc.unary_unary_rpc_method_handler(
            lambda request, _call: method(self.service, request),
            request_deserializer=MESSAGES[request_name].FromString,
            response_serializer=lambda reply: reply.SerializeToString(),
        )

    def _shut_down(self) -> bytes:
        self.shutdown.set()
        return b""


def serve(service: ProviderService) -> int:
    """Serves Terraform, which started this process, until it says to shut down; answers with the exit status."""
    if os.environ.get(COOKIE_NAME) != _COOKIE:
        print(
            "This is a Terraform provider: Terraform starts it by itself. To install it: --install DIR", file=sys.stderr
        )
        return 1
    certificate, credentials = _make_certificate() if "PLUGIN_CLIENT_CERT" in os.environ else ("", None)
    server = ProviderServer(service, credentials)
    print(_CORE_PROTOCOL, _PROVIDER_PROTOCOL, "tcp", server.address, "grpc", certificate, sep="|", flush=True)
    server.shutdown.wait()
    server.close()
    return 0


def _make_certificate() -> tuple[str, grpc.ServerCredentials]:
    """A certificate for this run, as the handshake wants it, and the server's credentials.

    The client's certificate is not asked for: its curve, P-521, is one that gRPC's TLS does not know.
    """
    import trustme

    server = trustme.CA().issue_cert("localhost")
    chain = server.cert_chain_pems[0].bytes()
    body = b"".join(chain.strip().splitlines()[1:-1])
    credentials = grpc.ssl_server_credentials([(server.private_key_pem.bytes(), chain)])
    return base64.b64encode(base64.b64decode(body)).decode().rstrip("="), credentials


def _handle(service: str, methods: dict[str, Any]) -> grpc.GenericRpcHandler:
    return grpc.method_handlers_generic_handler(service, methods)


def _raw(answer: Any) -> grpc.RpcMethodHandler:
    return grpc.unary_unary_rpc_method_handler(lambda _data, _call: answer())
