"""One answer, read whole and by the letter of RFC 9112."""

from __future__ import annotations

import re
from collections.abc import Iterator

from runtime.net.deadline_socket import DeadlineSocket
from runtime.net.faults import ANSWER, BODY, TOO_LARGE, ConnectionFault

# "No answer of the service is larger than a few MiB."
BODY_LIMIT = 8 * 1024 * 1024
# As uvicorn and http.client have it for a request's.
HEAD_LIMIT = 64 * 1024
MAX_TRAILERS = 100
# A peer may go on with interim answers for ever.
MAX_INTERIM_ANSWERS = 20

# RFC 9112, 2.2: a line may also end with a bare line feed.
_LINE_END = re.compile(rb"\r?\n")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_FOLD = re.compile(rb"\r?\n[ \t]+")
_STATUS_LINE = re.compile(rb"HTTP/1\.([0-9]) ([1-9][0-9]{2})(?: [^\r\0]*)?")
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\0]*?)[ \t]*")
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]+)[ \t]*(?:;.*)?")


class Answer:
    """What http.client makes of a connection after a request, instead of its own HTTPResponse.

    That one guesses if it should refuse (a length of `0_2`, two lengths, a negative chunk), and waits for what cannot
    come. Names in `headers` are in lower case. `will_close`: the connection cannot be used again.
    """

    def __init__(self, source: DeadlineSocket, method: str) -> None:  # noqa: ARG002 - http.client's own would need it
        self._source = source

    def begin(self) -> None:
        """Reads everything, past interim answers (RFC 9110, 15.2); ConnectionFault if it is not a whole answer."""
        self._read_head()
        left = MAX_INTERIM_ANSWERS
        while self.status < 200 and self.status != 101 and left:
            left -= 1
            self._read_head()
        if self.status < 200:
            raise ConnectionFault(ANSWER, f"{self.status} is no final answer")
        self.body = self._read_body()

    def isclosed(self) -> bool:
        """Another request may follow."""
        return True

    def close(self) -> None:
        """Nothing of it is left on the connection."""

    def _read_head(self) -> None:
        head = _FOLD.sub(b" ", self._source.read_until(_HEAD_END, HEAD_LIMIT))
        first, *lines = _LINE_END.split(head)
        found = _STATUS_LINE.fullmatch(first)
        if found is None:
            raise ConnectionFault(ANSWER, f"not HTTP: {_quote(first)}")
        self.status = int(found[2])
        self.headers: dict[str, str] = {}
        for line in lines:
            field = _FIELD.fullmatch(line)
            if field is None:
                raise ConnectionFault(ANSWER, f"not a header: {_quote(line)}")
            name, value = field[1].decode("ascii").lower(), field[2].decode("latin-1")
            self.headers[name] = f"{self.headers[name]}, {value}" if name in self.headers else value
        self.will_close = found[1] == b"0" or "close" in self.headers.get("connection", "").lower()

    def _read_body(self) -> bytes:
        coding, length = self.headers.get("transfer-encoding"), self.headers.get("content-length")
        if self.status in (204, 304):
            return b""
        if coding is not None:
            if coding.lower() != "chunked" or length is not None:
                raise ConnectionFault(ANSWER, f"Transfer-Encoding {coding!r}, Content-Length {length!r}")
            return b"".join(self._read_chunks())
        if length is not None:
            if not (length.isascii() and length.isdigit()):
                raise ConnectionFault(ANSWER, f"Content-Length {length!r}")
            # Python refuses to read thousands of digits.
            if len(length) > 15 or int(length) > BODY_LIMIT:
                raise ConnectionFault(TOO_LARGE, f"{length} bytes announced, {BODY_LIMIT} allowed")
            return self._source.read(int(length))
        self.will_close = True
        body = self._source.read_rest(BODY_LIMIT)
        if not body:
            raise ConnectionFault(BODY, "neither a length nor a body")
        return body

    def _read_chunks(self) -> Iterator[bytes]:
        left = BODY_LIMIT
        while True:
            line = self._source.read_until(_LINE_END, HEAD_LIMIT)
            found = _CHUNK_SIZE.fullmatch(line)
            if found is None:
                raise ConnectionFault(ANSWER, f"not the size of a chunk: {_quote(line)}")
            size = int(found[1], 16)
            left -= size
            if left < 0:
                raise ConnectionFault(TOO_LARGE, f"chunks of more than {BODY_LIMIT} bytes")
            if size == 0:
                break
            yield self._source.read(size)
            if self._source.read_until(_LINE_END, HEAD_LIMIT):
                raise ConnectionFault(ANSWER, "a chunk that is longer than its size")
        for _ in range(MAX_TRAILERS):
            if not self._source.read_until(_LINE_END, HEAD_LIMIT):
                return
        raise ConnectionFault(ANSWER, f"more than {MAX_TRAILERS} trailers")


def _quote(line: bytes) -> str:
    return " ".join(line.decode("latin-1").split())
