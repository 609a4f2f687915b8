"""What is listed and not yet begun, between the thread that lists and those that sync."""

from __future__ import annotations

from collections import deque
from threading import Condition, Lock

from runtime.services.admin_api import PAGE_SIZE

# The listing goes on when a page is left, and rests at two: if it went on for each organization that is taken, every
# sync would wake its thread.
LEAST = PAGE_SIZE
MOST = 2 * PAGE_SIZE


class Backlog:
    """First in, first out; `put` waits while it is full, `wait` while it is empty. For several threads."""

    __slots__ = ("_arrived", "_ended", "_items", "_lock", "_room")

    def __init__(self) -> None:
        self._items: deque[str] = deque()
        self._lock = Lock()
        self._arrived = Condition(self._lock)
        self._room = Condition(self._lock)
        self._ended = False

    def put(self, item: str) -> bool:
        """False once it has ended: nobody takes anything any more."""
        with self._lock:
            if len(self._items) >= MOST:
                while len(self._items) > LEAST and not self._ended:
                    self._room.wait()
            if not self._ended:
                self._items.append(item)
                self._arrived.notify()
            return not self._ended

    def wait(self) -> bool:
        """Until there is something to take; False at the end."""
        with self._lock:
            while not self._items and not self._ended:
                self._arrived.wait()
            return bool(self._items)

    def take(self) -> str | None:
        """At once; None where there is nothing."""
        with self._lock:
            item = self._items.popleft() if self._items else None
            if len(self._items) == LEAST:
                self._room.notify()
            return item

    def end(self, *, drop: bool = False) -> None:
        """Nothing more comes; `drop`: nor is anything left."""
        with self._lock:
            self._ended = True
            if drop:
                self._items.clear()
            self._arrived.notify_all()
            self._room.notify_all()
