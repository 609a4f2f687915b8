"""An answer instead of the rows."""

from __future__ import annotations

from starlette.responses import HTMLResponse, JSONResponse, Response

SQL_PREFIX = "Failed to run sql query: "


class RefusedError(Exception):
    """Ends a request with this status and message; `html` if a proxy in front of the API answers."""

    def __init__(self, status: int, message: str, *, html: bool = False) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.html = html

    def answer(self) -> Response:
        """The HTTP answer: the API's errors are JSON with the one key `message`."""
        if self.html:
            return HTMLResponse(f"<html><body><h1>{self.message}</h1></body></html>", self.status)
        return JSONResponse({"message": self.message}, self.status)
