"""What can go wrong between two machines, and whether the peer may have taken the request."""

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

UNTAKEN = (UNRESOLVED, REFUSED, UNREACHABLE, CERTIFICATE, HANDSHAKE)
FINAL = (CERTIFICATE, TOO_LARGE)


class ConnectionFault(Exception):
    """A request that brought no usable answer.

    `taken` is false only where the peer surely did not get the request.
    """

    def __init__(self, kind: str, text: str, taken: bool | None = None) -> None:
        super().__init__(kind, text)
        self.kind = kind
        self.text = text
        self.taken = kind not in UNTAKEN if taken is None else taken

    def __str__(self) -> str:
        return f"{self.kind}: {self.text}"
