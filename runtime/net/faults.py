"""What can go wrong between two machines, and whether the server may have acted on the request."""

from __future__ import annotations

# Kinds, in the order of a request's life.
UNRESOLVED = "name not resolved"
REFUSED = "connection refused"
UNREACHABLE = "no connection"
CERTIFICATE = "certificate not trusted"
HANDSHAKE = "TLS handshake failed"
SENDING = "request not sent whole"
ANSWER = "no answer"
BODY = "answer cut short"
DEADLINE = "deadline passed"
TOO_LARGE = "answer too large"

NEVER_SENT = (UNRESOLVED, REFUSED, UNREACHABLE, CERTIFICATE, HANDSHAKE)
FINAL = (CERTIFICATE, TOO_LARGE)


class ConnectionFault(Exception):
    """A request that brought no usable answer.

    `maybe_processed`: the server may have acted on it; false only if the request was surely not sent.
    """

    def __init__(self, kind: str, text: str, maybe_processed: bool | None = None) -> None:
        super().__init__(kind, text)
        self.kind = kind
        self.text = text
        self.maybe_processed = kind not in NEVER_SENT if maybe_processed is None else maybe_processed

    def __str__(self) -> str:
        return f"{self.kind}: {self.text}"
