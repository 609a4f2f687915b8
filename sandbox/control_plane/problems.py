"""Google's errors as they go over the wire."""

from __future__ import annotations

from typing import Any

# https://cloud.google.com/apis/design/errors: the HTTP status and number of each canonical code.
STATUSES = {
    "INVALID_ARGUMENT": (400, 3),
    "FAILED_PRECONDITION": (400, 9),
    "UNAUTHENTICATED": (401, 16),
    "PERMISSION_DENIED": (403, 7),
    "NOT_FOUND": (404, 5),
    "ABORTED": (409, 10),
    "RESOURCE_EXHAUSTED": (429, 8),
    "UNIMPLEMENTED": (501, 12),
    "INTERNAL": (500, 13),
}
ERROR_INFO = "type.googleapis.com/google.rpc.ErrorInfo"


class ApiError(Exception):
    """An answer other than success: one of the canonical codes, with Google's details if it has some."""

    def __init__(self, status: str, message: str, *details: dict[str, Any]) -> None:
        super().__init__(message)
        self.status = status
        self.http_status, self.code = STATUSES[status]
        self.message = message
        self.details = details

    def render(self) -> dict[str, Any]:
        """The JSON body."""
        error = {"code": self.http_status, "message": self.message, "status": self.status}
        return {"error": error | ({"details": list(self.details)} if self.details else {})}


def refuse_argument(message: str) -> ApiError:
    """A request that can never succeed as it is."""
    return ApiError("INVALID_ARGUMENT", message)


def explain(reason: str, domain: str, **metadata: str) -> dict[str, Any]:
    """The ErrorInfo detail that programs read."""
    return {"@type": ERROR_INFO, "reason": reason, "domain": domain, "metadata": metadata}
