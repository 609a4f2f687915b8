"""The switch: which faults of a server are on."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.faults.armed import Armed
from sandbox.faults.effects import cause
from sandbox.faults.exchange import Exchange
from sandbox.faults.fault import Fault


class Faults:
    """The faults of one server. A request is hit by the first one added that claims it, others may count it as seen."""

    def __init__(self) -> None:
        self.armed: list[Armed] = []

    def add(self, fault: Fault) -> Armed:
        """Switches a fault on, from any thread."""
        armed = Armed(fault)
        self.armed.append(armed)
        return armed

    def remove(self, armed: Armed) -> None:
        """Switches one off and lets its hung requests go on; none is an error."""
        if armed in self.armed:
            self.armed.remove(armed)
        armed.release()

    def release(self) -> None:
        """Lets every hung request go on, these and all later ones."""
        for armed in self.armed:
            armed.release()

    def clear(self) -> None:
        """Switches all off and lets hung requests go on."""
        switched_off, self.armed = self.armed, []
        for armed in switched_off:
            armed.release()

    def wrap(self, app: ASGIApp) -> ASGIApp:
        """The application, with the faults that are on."""

        async def handle(scope: Scope, receive: Receive, send: Send) -> None:
            armed = self._claim(scope["method"], scope["path"])
            if armed is None:
                await app(scope, receive, send)
            else:
                await cause(armed, Exchange(app, scope, receive, send))

        return handle

    def _claim(self, method: str, path: str) -> Armed | None:
        claiming = [armed for armed in self.armed if armed.claims(method, path)]
        if not claiming:
            return None
        claiming[0].hits += 1
        return claiming[0]
