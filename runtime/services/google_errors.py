"""What Google's client libraries raise, for any service: what may pass, and in which words."""

from __future__ import annotations

from ssl import SSLCertVerificationError

from google.api_core.exceptions import GoogleAPICallError
from google.auth.exceptions import GoogleAuthError
from requests.exceptions import ChunkedEncodingError, ContentDecodingError, RequestException, Timeout
from requests.exceptions import ConnectionError as NoConnection

from runtime.net.retry_policy import TRANSIENT_STATUSES

# Google's REST clients let through what requests raises, on which they are built.
LOST = (NoConnection, Timeout, ChunkedEncodingError, ContentDecodingError)
EXCERPT = 300


def may_pass(error: Exception) -> bool:
    """No answer, or one that says that the service cannot at the moment."""
    if isinstance(error, LOST):
        return not isinstance(find_root(error), SSLCertVerificationError)
    if isinstance(error, GoogleAuthError):
        # It does not say so of an answer that was lost on the way to a token.
        cause = error.__cause__
        return bool(error.retryable) or (isinstance(cause, (GoogleAuthError, *LOST)) and may_pass(cause))
    return isinstance(error, GoogleAPICallError) and error.code in TRANSIENT_STATUSES


def describe(error: Exception) -> str:
    """The error in one line, without the library's own wrapping."""
    if isinstance(error, GoogleAPICallError):
        text = str(read_entry(error).get("message") or error.message)
        return f"{int(error.code)}: {_shorten(text)}" if error.code else _shorten(text)
    if isinstance(error, RequestException):
        root = find_root(error)
        return _shorten(f"no answer: {type(root).__name__}: {root}")
    return _shorten(f"{type(error).__name__}: {error}")


def read_entry(error: Exception) -> dict[str, object]:
    """The first entry of `errors` in Google's JSON; empty if there is none, as in some proxy's answer."""
    first = error.errors[0] if isinstance(error, GoogleAPICallError) and error.errors else None
    return first if isinstance(first, dict) else {}


def find_root(error: BaseException) -> BaseException:
    """What happened first."""
    inner = error.__cause__ or error.__context__
    return error if inner is None else find_root(inner)


def _shorten(text: str) -> str:
    return " ".join(text.split())[:EXCERPT]
