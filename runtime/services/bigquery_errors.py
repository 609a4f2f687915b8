"""BigQuery's faults and refusals, sorted: which may pass, and what the others mean to an operator."""

from __future__ import annotations

from google.api_core.exceptions import Forbidden, GoogleAPICallError, NotFound
from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError
from requests.exceptions import RequestException

from runtime.process.errors import ConfigurationError, JobError, TransientError, UnexpectedAnswer
from runtime.services.google_errors import describe, may_pass, read_entry

# https://cloud.google.com/bigquery/docs/error-messages; a 403 may be one of them.
PASSING_REASONS = frozenset(
    (
        "backendError",
        "internalError",
        "rateLimitExceeded",
        "jobBackendError",
        "jobInternalError",
        "jobRateLimitExceeded",
    )
)
# Two statements that change one table at a time; the 400 has the reason of a wrong query.
CONFLICT = "Could not serialize access"


def is_unanswered(error: Exception) -> bool:
    """No answer of BigQuery's own: the statement may have run, so the same request goes again, under its id."""
    return may_pass(error) and not _reason(error)


def is_refused_for_now(error: Exception) -> bool:
    """BigQuery says that it could not run the statement: a new request, since the id of the old one stays refused."""
    reason = _reason(error)
    return bool(reason) and (reason in PASSING_REASONS or CONFLICT in describe(error) or may_pass(error))


def raise_errors(answer: object) -> None:
    """Raises GoogleAPICallError for an answer of status 200 that has errors and no result, as emulators send it."""
    if not isinstance(answer, dict) or not answer.get("jobComplete", True):
        return
    errors = answer.get("errors")
    has_result = answer.get("rows") or answer.get("numDmlAffectedRows") not in (None, "0", 0)
    if isinstance(errors, list) and errors and not has_result:
        raise GoogleAPICallError(str(errors[0]), errors=errors)  # type: ignore[no-untyped-call]


def explain(error: Exception, table: str) -> JobError:
    """The error that ends the job."""
    detail = describe(error)
    if isinstance(error, DefaultCredentialsError):
        remedy = "run it as a service account, or set GOOGLE_APPLICATION_CREDENTIALS to the absolute path of a key file"
        return ConfigurationError(f"no Google credentials on this machine ({error.args[0]})", remedy)
    if isinstance(error, GoogleAuthError):
        return JobError(f"Google refused the credentials: {detail}", "check the service account, or the key file")
    if isinstance(error, TimeoutError):
        problem = f"the job's time is up before BigQuery answered for {table}"
        return TransientError(problem, "run the job again; deleting twice does no harm")
    if isinstance(error, GoogleAPICallError):
        return _explain_refusal(error, table, detail)
    if isinstance(error, RequestException) and not isinstance(error, ValueError):
        remedy = "check the address and the CA certificates that are trusted"
        return JobError(f"BigQuery cannot be reached: {detail}", remedy)
    return UnexpectedAnswer(f"BigQuery's answer for {table} is not what its API promises: {detail}", "report it")


def _explain_refusal(error: GoogleAPICallError, table: str, detail: str) -> JobError:
    reason = _reason(error)
    if reason == "quotaExceeded":
        return TransientError(
            f"a BigQuery quota is used up ({detail})",
            "see IAM & Admin > Quotas of the project for which; raise it, or leave the work to tomorrow's run",
        )
    if isinstance(error, NotFound) or reason == "notFound":
        return JobError(f"table {table} does not exist ({detail})", "run the bootstrap job, which creates it")
    if isinstance(error, Forbidden) or reason == "accessDenied":
        # An account that may not look at a table is not told whether there is one.
        remedy = (
            "the job's service account needs bigquery.jobs.create on the project, bigquery.tables.getData and "
            "bigquery.tables.updateData on the table; if it has them, run the bootstrap job, which creates the table"
        )
        return JobError(f"no permission for {table} ({detail})", remedy)
    if "streaming buffer" in detail:
        return TransientError(
            f"records of {table} old enough to be deleted were written within the last 90 minutes ({detail})",
            "run the job again in 90 minutes, or leave it to tomorrow's run",
        )
    problem = f"BigQuery refused the statement on {table} ({detail})"
    return JobError(problem, "run the job again; if it stays so, report it")


def _reason(error: Exception) -> str:
    """BigQuery's word for what went wrong; empty if the answer is not in its JSON, so some proxy's."""
    return str(read_entry(error).get("reason", ""))
