"""A peer that repeats a text in every place it can."""

from __future__ import annotations

from collections.abc import Mapping

from runtime.net.faults import ANSWER, REFUSED, ConnectionFault
from runtime.net.transport import WireRequest
from tests.support.scripted_transport import Answer, encode

SYNCED = {
    "status": "SYNCED",
    "tables_expected": 0,
    "tables_existing": ["t"],
    "tables_missing": [],
    "organizations": [{"org_slug": "o"}],
    "total": 1,
    "has_next": False,
}


class EchoingTransport:
    """Repeats a text in every place that an answer has for one, or fails with it."""

    def __init__(self, text: str, manner: int, status: int, polite: int) -> None:
        self._text = text
        self._manner = manner
        self._status = status
        self._polite = polite

    def send(self, _request: WireRequest, _seconds: float) -> tuple[int, Mapping[str, str], bytes]:
        """The first answers let the job get further."""
        if self._polite:
            self._polite -= 1
            return encode(Answer(200, SYNCED))
        text = self._text
        try:
            raise OSError(text)
        except OSError as error:
            if self._manner == 0:
                raise ConnectionFault(ANSWER, text) from error
            if self._manner == 1:
                raise ConnectionFault(REFUSED, text) from error
            if self._manner == 2:
                raise RuntimeError(f"a library's own: {text}") from error
        bodies = (
            {"detail": text},
            {"detail": {"error": text, "message": text}},
            {"detail": [{"loc": [text], "msg": text}]},
            {"message": f"Failed to run sql query: ERROR:  42601: {text}\nLINE 1: {text}"},
            {"status": text, "success": False, "message": text},
            {"status": "PARTIAL", "errors": [text], "tables_created": [], "columns_added": {}},
            f"<html>{'x' * 250} {text} {text}</html>".encode("utf-8", "replace"),
        )
        return encode(Answer(self._status, bodies[self._manner - 3], {"Location": _header(text)}))


def _header(text: str) -> str:
    return text.encode("ascii", "replace").decode().replace("\n", " ").replace("\r", " ")
