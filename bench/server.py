"""A raw admin API that does not become the bottleneck; a separate process: python -m bench.server CERTIFICATE-OR-''.

Commands are lines of JSON on standard input, each answered by a line: settings for what follows, or `{}`, and the
answer is what was seen since the last command.
"""

from __future__ import annotations

import asyncio
import json
import random
import ssl
import sys
import time
from collections import deque
from dataclasses import dataclass, field

import uvloop  # type: ignore[import-not-found,unused-ignore]

from bench.answers import STATUS

PAGE_SIZE = 100
RESULT = {"success": True, "orgs_processed": 3, "orgs_created": 0, "orgs_skipped": 0, "message": "ok"}
SYNCED = {"status": "SUCCESS", "tables_created": [], "columns_added": {}, "errors": [], "message": "ok"}


def _encode(status: str, document: object) -> bytes:
    body = json.dumps(document).encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


RESULT_ANSWER, SYNCED_ANSWER, STATUS_ANSWER = (_encode("200 OK", body) for body in (RESULT, SYNCED, STATUS))
REFUSAL_ANSWER = _encode("429 Too Many Requests", {"detail": {"error": "rate", "message": "busy", "retry_after": 0}})


@dataclass(slots=True)
class Service:
    """`latency` in seconds, and up to `spread` more; what is beyond `capacity` queues, degrades or is refused.

    `worked` are the seconds of all syncs, one after the other: the least of a service that handles one at a time.
    """

    latency: float = 0.0
    spread: float = 0.0
    worked: float = 0.0
    syncs: int = 0
    capacity: int = 1_000_000
    model: str = "queueing"
    organizations: int = 2000
    running: int = 0
    peak: int = 0
    requests: int = 0
    refusals: int = 0
    first_bytes: list[int] = field(default_factory=list)
    last_answer: int = 0
    finishes: list[int] = field(default_factory=list)
    queue: deque[Connection] = field(default_factory=deque)

    def command(self, line: str) -> str:
        """Changes settings; says, and forgets, what was seen."""
        names = ("peak", "requests", "syncs", "refusals", "worked", "first_bytes", "last_answer", "finishes")
        seen = {name: getattr(self, name) for name in names}
        self.peak = self.requests = self.syncs = self.refusals = self.last_answer = 0
        self.worked = 0.0
        self.first_bytes, self.finishes = [], []
        for name, value in json.loads(line).items():
            setattr(self, name, value)
        return json.dumps(seen)

    def handle(self, connection: Connection, target: bytes) -> None:
        """Answers at once, or when the work is done."""
        self.requests += 1
        if target.endswith(b"/sync"):
            self._admit(connection)
        elif b"/organizations?" in target:
            connection.answer(self._list(int(target.partition(b"page=")[2].partition(b"&")[0])))
        elif b"/bootstrap/status" in target:
            connection.answer(STATUS_ANSWER)
        else:
            connection.answer(RESULT_ANSWER)

    def _list(self, page: int) -> bytes:
        first, last = (page - 1) * PAGE_SIZE, min(page * PAGE_SIZE, self.organizations)
        slugs = [{"org_slug": f"org-{number:06}"} for number in range(first, last)]
        more = last < self.organizations
        page_of = {"organizations": slugs, "total": self.organizations, "page": page, "page_size": 100}
        return _encode("200 OK", {**page_of, "has_next": more})

    def _admit(self, connection: Connection) -> None:
        self.syncs += 1
        if self.running < self.capacity or self.model == "degrading":
            self._start(connection)
        elif self.model == "refusing":
            self.refusals += 1
            connection.answer(REFUSAL_ANSWER)
        else:
            self.queue.append(connection)

    def _start(self, connection: Connection) -> None:
        self.running += 1
        self.peak = max(self.peak, self.running)
        if self.latency:
            seconds = self.latency + random.uniform(0.0, self.spread)
            self.worked += seconds
            slowdown = max(1.0, (self.running / self.capacity) ** 1.5)
            asyncio.get_running_loop().call_later(seconds * slowdown, self._finish, connection)
        else:
            self._finish(connection)

    def _finish(self, connection: Connection) -> None:
        self.running -= 1
        self.finishes.append(time.monotonic_ns())
        connection.answer(SYNCED_ANSWER)
        if self.queue:
            self._start(self.queue.popleft())


class Connection(asyncio.Protocol):
    """Reads one request at a time: nobody here sends a second before the answer."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._buffer = b""
        self._asked = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client is there; the clock starts with its first byte."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """A part of a request, or all of it."""
        if not self._asked:
            self._asked = True
            self._service.first_bytes.append(time.monotonic_ns())
        self._buffer += data
        head, end, body = self._buffer.partition(b"\r\n\r\n")
        if not end:
            return
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        if len(body) >= int(length or 0):
            self._buffer = b""
            self._service.handle(self, head.split(b" ", 2)[1])

    def answer(self, data: bytes) -> None:
        """Sends the answer."""
        self._service.last_answer = time.monotonic_ns()
        self._transport.write(data)  # type: ignore[attr-defined]


async def main(certificate: str) -> None:
    """Serves until standard input ends."""
    service, loop, ended = Service(), asyncio.get_running_loop(), asyncio.Event()
    tls = None
    if certificate:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate)
    server = await loop.create_server(lambda: Connection(service), "127.0.0.1", 0, ssl=tls, backlog=512)

    def obey() -> None:
        line = sys.stdin.readline()
        print(service.command(line), flush=True) if line else ended.set()

    loop.add_reader(0, obey)
    print(server.sockets[0].getsockname()[1], flush=True)
    await ended.wait()


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1]))
