"""A complete answer, of any status."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

EXCERPT_CHARACTERS = 300
EXPLANATION_CHARACTERS = 3000
# As much of a body as an excerpt is made of.
READ_BYTES = 65536


class Response:
    """Status, headers (names in lower case) and the whole body of an answer, and how many seconds it took.

    `call` names the request, for messages. `shorten` masks the secrets in a text before it cuts it: what a message
    quotes of the answer goes through it. `kind` is that of a ConnectionFault, and here empty.
    """

    kind = ""

    def __init__(
        self,
        call: str,
        status: int,
        headers: Mapping[str, str],
        body: bytes,
        request_id: str,
        shorten: Callable[[str, int], str],
    ) -> None:
        self.call = call
        self.status = status
        self.headers = headers
        self.body = body
        self.request_id = request_id
        self.seconds = 0.0
        self._shorten = shorten

    def __str__(self) -> str:
        return f"{self.status}: {self.explain()}"

    def parse(self) -> object:
        """The body's JSON, None if it is not JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    def member(self, name: str) -> object:
        """A member of the JSON body, or of the object under its `detail`."""
        value = self.parse()
        for holder in (value, value.get("detail") if isinstance(value, dict) else None):
            if isinstance(holder, dict) and name in holder:
                return holder[name]
        return None

    @property
    def maybe_processed(self) -> bool:
        """The server may have acted on the request: neither its rate limit nor its maintenance mode refused it."""
        closed = self.headers.get("x-maintenance-mode", "").strip().lower() == "true"
        return self.status != 429 and not (self.status == 503 and closed)

    @property
    def says_key_not_configured(self) -> bool:
        """The server itself has no key: no retry will fix that."""
        # In words of the service alone: a proxy's page may speak of keys and of configuration, and pass.
        text = self.explain().lower() if isinstance(self.parse(), dict) else ""
        return "key" in text and ("configured" in text or "not set" in text)

    @property
    def is_unknown_route(self) -> bool:
        """The framework's own 404: this version of the service has no such path."""
        return self.status == 404 and self.parse() == {"detail": "Not Found"}

    def explain(self) -> str:
        """What the body says is wrong, in one line: one of the service's five shapes, else an excerpt."""
        value = self.parse()
        text = " ".join(_explain(value.get("detail", value)).split()) if isinstance(value, dict) else ""
        return self._shorten(text, EXPLANATION_CHARACTERS) if text else self.excerpt()

    def excerpt(self) -> str:
        """The start of the body, on one line."""
        text = " ".join(self.body[:READ_BYTES].decode("utf-8", "replace").split())
        return self._shorten(text, EXCERPT_CHARACTERS) or "(empty body)"


def _explain(detail: object) -> str:
    if isinstance(detail, str):
        return detail
    if isinstance(detail, list):
        return "; ".join(_explain_invalid(entry) for entry in detail)
    if isinstance(detail, dict):
        return ": ".join(detail[name] for name in ("error", "message") if isinstance(detail.get(name), str))
    return ""


def _explain_invalid(entry: object) -> str:
    if not isinstance(entry, dict):
        return str(entry)
    location = entry.get("loc")
    place = ".".join(str(part) for part in location) if isinstance(location, list) else "?"
    return f"{place}: {entry.get('msg', 'invalid')}"
