"""What Google's client raises, sorted: which faults may pass, and what the others mean to an operator."""

from __future__ import annotations

from ssl import SSLCertVerificationError

from google.api_core.exceptions import Forbidden, GoogleAPICallError, NotFound
from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError
from requests.exceptions import ChunkedEncodingError, ContentDecodingError, RequestException, Timeout
from requests.exceptions import ConnectionError as NoConnection

from runtime.net.retry_policy import TRANSIENT_STATUSES
from runtime.process.errors import ConfigurationError, JobError, TransientError, UnexpectedAnswer

LOST = (NoConnection, Timeout, ChunkedEncodingError, ContentDecodingError)
# https://cloud.google.com/bigquery/docs/error-messages; a 403 may be one of them.
PASSING_REASONS = frozenset(
    (
        "backendError",
        "internalError",
        "jobBackendError",
        "jobInternalError",
        "jobRateLimitExceeded",
        "rateLimitExceeded",
    )
)
SNIPPET = 300


def is_unanswered(error: Exception) -> bool:
    """No answer of BigQuery's own: the statement may have run, so the same request goes again, under its id."""
    if isinstance(error, LOST):
        return not isinstance(_find_root(error), SSLCertVerificationError)
    if isinstance(error, GoogleAuthError):
        return bool(error.retryable)
    return isinstance(error, GoogleAPICallError) and error.code in TRANSIENT_STATUSES and not _reason(error)


def is_refused_for_now(error: Exception) -> bool:
    """BigQuery says that it could not run the statement: a new request, since the id of the old one stays refused."""
    return isinstance(error, GoogleAPICallError) and (
        _reason(error) in PASSING_REASONS or (bool(_reason(error)) and error.code in TRANSIENT_STATUSES)
    )


def describe(error: Exception) -> str:
    """The error in one line, without the library's own wrapping."""
    if isinstance(error, GoogleAPICallError):
        text = error.errors[0].get("message", "") if _reason(error) else " ".join(error.message.split())
        return f"{int(error.code)}: {text[:SNIPPET]}" if error.code else text[:SNIPPET]
    if isinstance(error, RequestException):
        root = _find_root(error)
        return f"no answer: {type(root).__name__}: {root}"[:SNIPPET]
    return f"{type(error).__name__}: {error}"[:SNIPPET]


def explain(error: Exception, table: str) -> JobError:
    """The error that ends the job."""
    said = describe(error)
    if isinstance(error, DefaultCredentialsError):
        remedy = "run it as a service account, or set GOOGLE_APPLICATION_CREDENTIALS to the absolute path of a key file"
        return ConfigurationError(f"no Google credentials on this machine ({error.args[0]})", remedy)
    if isinstance(error, GoogleAuthError):
        return JobError(f"Google refused the credentials: {said}", "check the service account, or the key file")
    if isinstance(error, TimeoutError):
        return TransientError(
            f"the job's time is up before BigQuery answered for {table}",
            "run the job again; deleting twice does no harm",
        )
    if isinstance(error, GoogleAPICallError):
        return _explain_refusal(error, table, said)
    if isinstance(error, RequestException) and not isinstance(error, ValueError):
        return JobError(f"BigQuery cannot be reached: {said}", "check the address and the authorities that are trusted")
    return UnexpectedAnswer(f"BigQuery's answer for {table} is not what its API promises: {said}", "report it")


def _explain_refusal(error: GoogleAPICallError, table: str, said: str) -> JobError:
    if isinstance(error, NotFound):
        return JobError(f"table {table} does not exist ({said})", "run the bootstrap job, which creates it")
    if isinstance(error, Forbidden):
        # Who may not look at a table is not told whether there is one.
        remedy = (
            "the job's service account needs bigquery.jobs.create on the project, bigquery.tables.getData and "
            "bigquery.tables.updateData on the table; if it has them, run the bootstrap job, which creates the table"
        )
        return JobError(f"no permission for {table} ({said})", remedy)
    if "streaming buffer" in said:
        return TransientError(
            f"records of {table} old enough to be deleted were written within the last 90 minutes ({said})",
            "run the job again in 90 minutes, or leave it to tomorrow's run",
        )
    return JobError(f"BigQuery refused the statement on {table} ({said})")


def _reason(error: GoogleAPICallError) -> str:
    """BigQuery's word for what went wrong; empty where the answer is not in its JSON, so some proxy's."""
    first = error.errors[0] if error.errors else None
    return str(first.get("reason", "")) if isinstance(first, dict) else ""


def _find_root(error: BaseException) -> BaseException:
    inner = error.__cause__ or error.__context__
    return error if inner is None else _find_root(inner)
