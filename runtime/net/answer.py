"""One answer, read whole and by the letter of RFC 9112."""

from __future__ import annotations

from collections.abc import Iterator

from runtime.net.faults import ANSWER, BODY, TOO_LARGE, ConnectionFault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from runtime.net.connection import Connection

# "No answer of the service is larger than a few MiB."
BODY_LIMIT = 8 * 1024 * 1024
# As many headers, and as many trailers, as http.client takes.
MAX_FIELDS = 100
# A peer may go on with interim answers for ever.
MAX_INTERIM_ANSWERS = 20
HEX_DIGITS = frozenset("0123456789abcdefABCDEF")


class Answer:
    """What http.client makes of a connection after a request, instead of its own HTTPResponse.

    That one guesses if it should refuse (a length of `0_2`, two lengths, a negative chunk), and waits for what cannot
    come. Names in `headers` are in lower case. `will_close`: the connection cannot be used again.
    """

    def __init__(self, source: Connection) -> None:
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
        line = self._source.read_line()
        version, _, rest = line.partition(" ")
        status = rest.partition(" ")[0]
        if version[:7] != "HTTP/1." or len(status) != 3 or not _is_number(status) or status < "100":
            raise ConnectionFault(ANSWER, f"not HTTP: {' '.join(line.split())}")
        self.status = int(status)
        self.headers: dict[str, str] = {}
        name = ""
        for line in self._read_fields():
            if line[0] in " \t" and name:
                # A folded line (RFC 9112, 5.2).
                self.headers[name] = f"{self.headers[name]} {line.strip()}".strip()
                continue
            name, colon, value = line.partition(":")
            if not colon or not name.isprintable() or not name.isascii() or " " in name or not name:
                raise ConnectionFault(ANSWER, f"not a header: {' '.join(line.split())}")
            name, value = name.lower(), value.strip(" \t")
            self.headers[name] = f"{self.headers[name]}, {value}" if name in self.headers else value
        self.will_close = version == "HTTP/1.0" or "close" in self.headers.get("connection", "").lower()

    def _read_fields(self) -> Iterator[str]:
        """Lines up to an empty one."""
        for _ in range(MAX_FIELDS):
            line = self._source.read_line()
            if not line:
                return
            if "\r" in line or "\0" in line:
                raise ConnectionFault(ANSWER, "a carriage return or a NUL within a header")
            yield line
        raise ConnectionFault(ANSWER, f"more than {MAX_FIELDS} headers")

    def _read_body(self) -> bytes:
        coding, length = self.headers.get("transfer-encoding"), self.headers.get("content-length")
        if self.status in (204, 304):
            return b""
        if coding is not None:
            if coding.lower() != "chunked" or length is not None:
                raise ConnectionFault(ANSWER, f"Transfer-Encoding {coding}, Content-Length {length}")
            return b"".join(self._read_chunks())
        if length is not None:
            if not _is_number(length):
                raise ConnectionFault(ANSWER, f"Content-Length {length}")
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
            digits = self._source.read_line().partition(";")[0].strip()
            if not digits or not HEX_DIGITS.issuperset(digits):
                raise ConnectionFault(ANSWER, f"a chunk of {digits} bytes")
            size = int(digits, 16)
            left -= size
            if left < 0:
                raise ConnectionFault(TOO_LARGE, f"chunks of more than {BODY_LIMIT} bytes")
            if not size:
                break
            yield self._source.read(size)
            if self._source.read_line():
                raise ConnectionFault(ANSWER, "a chunk that is longer than its size")
        for _ in self._read_fields():
            pass


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()
