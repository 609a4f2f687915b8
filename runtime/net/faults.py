"""What can go wrong between two machines, and whether the server may have acted on the request."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType

# Kinds, in the order of a request's life.
UNRESOLVED = "name not resolved"
REFUSED = "connection refused"
UNREACHABLE = "no connection"
CERTIFICATE = "certificate not trusted"
HANDSHAKE = "TLS handshake failed"
SENDING = "request not sent completely"
ANSWER = "no answer"
BODY = "answer cut short"
DEADLINE = "deadline passed"
TOO_LARGE = "answer too large"

NO_CONNECTION = (UNRESOLVED, REFUSED, UNREACHABLE, HANDSHAKE)
NEVER_SENT = (*NO_CONNECTION, CERTIFICATE)
FINAL = (CERTIFICATE, TOO_LARGE)


class ConnectionFault(Exception):
    """A request that brought no usable answer.

    `maybe_processed`: the server may have acted on it; false only if the request was surely not sent. `seconds`: how
    long the attempt took. `status` is that of a Response, and here None.
    """

    status = None

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(kind, text)
        self.kind = kind
        self.text = text
        self.maybe_processed = kind not in NEVER_SENT
        self.seconds = 0.0

    def __str__(self) -> str:
        return f"{self.kind}: {self.text}"


class map_exceptions:  # noqa: N801 - a context manager, used as contextlib's are
    """Turns an exception that the table lists into a ConnectionFault of that kind; its first entry that fits counts."""

    def __init__(self, table: Mapping[type[Exception], str], peer: str) -> None:
        self._table = table
        self._peer = peer

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None) -> None:
        if error is None:
            return
        for source, kind in self._table.items():
            if isinstance(error, source):
                # The text may quote what the peer sent, with its line ends.
                text = " ".join(str(getattr(error, "verify_message", error)).split()) or type(error).__name__
                raise ConnectionFault(kind, f"{self._peer}: {text}") from error
