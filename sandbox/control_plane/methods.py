"""The methods of the APIs, found by verb and path; the paths are those of Google's own clients."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sandbox.control_plane.problems import ApiError

# What a request handler gets: the caller's e-mail address and the request message (or, without one, a dictionary).
Handle = Callable[[str, Any], Any]
Served = tuple[type[Any], Handle]
# A segment ends before the verb that may follow a colon; `@` (an addition) takes the colon of a digest too.
SEGMENTS = {"*": "[^/:]+", "@": "[^/]+"}


class Api(Protocol):
    """What a part of Google Cloud brings to the gateway."""

    def methods(self) -> Iterator[Method]:
        """What is served, and the rest of the API as unserved."""


@dataclass(frozen=True, slots=True)
class Method:
    """One HTTP binding. `request` is the message's class, or the names of the query parameters; no handler: refused."""

    verb: str
    template: str
    body: str | None = None
    request: type[Any] | tuple[str, ...] = ()
    handle: Handle | None = None

    def match(self, path: str) -> dict[str, str] | None:
        """The variables in the path, None if it is another method's."""
        found = re.fullmatch(_compile(self.template), path)
        return None if found is None else {_dotted(name): value for name, value in found.groupdict().items()}


def list_methods(transport: type[Any], served: Mapping[str, Served]) -> Iterator[Method]:
    """All methods of a generated client's REST transport: the `served` ones (by RPC name) and the others, unserved.

    Raises KeyError for an RPC that the transport does not have.
    """
    rpcs = {name.removeprefix("_Base"): vars(transport)[name] for name in vars(transport) if name.startswith("_Base")}
    if misspelled := served.keys() - rpcs.keys():
        raise KeyError(f"{transport.__name__} has no {sorted(misspelled)}")
    for name, rpc in rpcs.items():
        request, handle = served.get(name, ((), None))
        for option in rpc._get_http_options():
            yield Method(option["method"].upper(), option["uri"], option.get("body"), request, handle)


class Router:
    """Finds the method of a request."""

    def __init__(self, methods: list[Method]) -> None:
        # Three transports share the operations' methods, each with its own handlers or none.
        self._methods = sorted(methods, key=lambda method: method.handle is None)

    def find(self, verb: str, path: str) -> tuple[Method, dict[str, str]]:
        """Raises NOT_FOUND for a path of no API and UNIMPLEMENTED for a method that the stand-in does not serve."""
        for method in self._methods:
            variables = method.match(path) if method.verb == verb else None
            if variables is not None:
                if method.handle is None:
                    raise ApiError("UNIMPLEMENTED", f"The stand-in does not serve {verb} {method.template}.")
                return method, variables
        raise ApiError("NOT_FOUND", f"The requested URL {path} was not found on this server for method {verb}.")


def _compile(template: str) -> str:
    """A template of google.api.http as a regular expression: `{name=a/*/b/*}` binds, `*` is one segment."""
    parts = re.split(r"(\{[^}]+\})", template)
    return "".join(_compile_variable(part) if part.startswith("{") else re.escape(part) for part in parts)


def _compile_variable(part: str) -> str:
    name, _, pattern = part[1:-1].partition("=")
    segments = (
        "[^/:]+" if segment == "*" else "[^/]+" if segment == "@" else re.escape(segment)
        for segment in pattern.split("/")
    )
    return f"(?P<{name.replace('.', '__')}>{'/'.join(segments)})"


def _dotted(name: str) -> str:
    return name.replace("__", ".")
