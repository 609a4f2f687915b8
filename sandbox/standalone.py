"""Keeps a stand-in running as a separate process until it is told to stop."""

from __future__ import annotations

import json
import signal
import threading
from types import FrameType

from sandbox.http_server import HttpServer


def announce_and_wait(server: HttpServer) -> None:
    """Prints `{"url": ...}` as one line of JSON, then serves until SIGTERM or SIGINT."""
    stop = threading.Event()

    def note_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, note_signal)
    with server:
        print(json.dumps({"url": server.url}), flush=True)
        stop.wait()
