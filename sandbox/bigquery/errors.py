"""Refusals in the words and the JSON of BigQuery."""

from __future__ import annotations

from typing import Any

STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ALREADY_EXISTS",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}


class ApiError(Exception):
    """An error answer: HTTP status, BigQuery's `reason`, the message, and where in the request the fault lies."""

    def __init__(self, code: int, reason: str, message: str, location: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.message = message
        self.location = location

    def proto(self) -> dict[str, str]:
        """The error as a job's status carries it."""
        located = {"location": self.location} if self.location else {}
        return {"reason": self.reason, **located, "message": self.message}

    def body(self) -> dict[str, Any]:
        """The error as an HTTP answer carries it."""
        located = {"location": self.location, "locationType": "parameter"} if self.location else {}
        item = {"message": self.message, "domain": "global", "reason": self.reason, **located}
        return {
            "error": {
                "code": self.code,
                "message": self.message,
                "errors": [item],
                "status": STATUSES.get(self.code, "UNKNOWN"),
            }
        }


def invalid_query(message: str) -> ApiError:
    """SQL that BigQuery does not run."""
    return ApiError(400, "invalidQuery", message, "q")


def invalid_request(message: str) -> ApiError:
    """A request that is wrong before its SQL is looked at."""
    return ApiError(400, "invalid", message)


def not_found(what: str, location: str = "US") -> ApiError:
    """`what` begins with the kind of resource: Table, Dataset, Job."""
    suffix = f" was not found in location {location}" if what.startswith(("Table", "Dataset")) else ""
    return ApiError(404, "notFound", f"Not found: {what}{suffix}")


def already_exists(what: str) -> ApiError:
    """`what` begins with the kind of resource."""
    return ApiError(409, "duplicate", f"Already Exists: {what}")


def access_denied(message: str) -> ApiError:
    """The caller is known, but may not."""
    return ApiError(403, "accessDenied", f"Access Denied: {message}")


def no_credentials() -> ApiError:
    """No token, or one that is not known."""
    return ApiError(
        401,
        "required",
        "Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other "
        "valid authentication credential.",
    )
