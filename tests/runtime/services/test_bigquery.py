"""What becomes of BigQuery's faults and refusals."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from runtime.net.retry import CAP_SECONDS, MAX_ATTEMPTS
from runtime.process.errors import ConfigurationError, JobError, TransientError, UnexpectedAnswer
from sandbox.bigquery import ApiError, BigQuerySandbox
from sandbox.bigquery.execution import Result, execute_statement
from sandbox.bigquery.statement import Statement
from sandbox.bigquery.warehouse import Warehouse
from sandbox.faults import Armed, Fault, Kind
from tests.runtime.jobs.daily.quota_run import NOON, PROJECT, QuotaRun, clean_up, serve_quota_table
from tests.support.raw_server import Peer, raw_server
from tests.support.virtual_clock import VirtualClock

OLD = date(2026, 8, 24)
TABLE = f"{PROJECT}.organizations.org_usage_quotas"


@pytest.fixture
def bigquery() -> Iterator[BigQuerySandbox]:
    yield from serve_quota_table()


class _TimeIsUp(VirtualClock):
    """The time that the work is given ends once it hangs."""

    def __init__(self, hang: Armed) -> None:
        super().__init__(NOON)
        self._hang = hang

    def wait(self, lock: Any, seconds: float) -> bool:
        self._hang.wait()
        return False


def _answer(code: int, reason: str) -> Fault:
    return Fault(Kind.RESPOND, status=code, body=ApiError(code, reason, f"{reason} happened").body())


def _answer_200(reason: str, message: str) -> Fault:
    error = {"reason": reason, "message": message}
    return Fault(Kind.RESPOND, status=200, body=json.dumps({"jobComplete": True, "errors": [error]}))


CONFLICT = (
    f"Could not serialize access to table {PROJECT}:organizations.org_usage_quotas due to concurrent update; "
    "reason: invalidQuery, location: query"
)
PASSING = {
    "backend error": _answer(503, "backendError"),
    "internal error": _answer(500, "internalError"),
    "rate limit as 403": _answer(403, "rateLimitExceeded"),
    "rate limit as 429": _answer(429, "rateLimitExceeded"),
    "job's own backend error": _answer(400, "jobBackendError"),
    "a proxy's page": Fault(Kind.RESPOND, status=502, body="<html>Bad Gateway</html>"),
    "reset before the statement": Fault(Kind.RESET),
    "reset after the statement": Fault(Kind.RESET, handled=True),
    "closed after the statement": Fault(Kind.CLOSE, handled=True),
    "answer cut short": Fault(Kind.TRUNCATE, size=10),
    "no HTTP": Fault(Kind.GARBAGE, body="hello\r\n\r\n"),
    "a statement beside it": Fault(Kind.RESPOND, status=400, body=ApiError(400, "invalidQuery", CONFLICT).body()),
    "a 200 with a passing error": _answer_200("backendError", "try later"),
    "a 200 with a conflict": _answer_200("invalidQuery", CONFLICT),
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING.keys())
def test_passing_fault_changes_nothing_but_the_time(bigquery: BigQuerySandbox, fault: Fault) -> None:
    """FR-SJ-005.5: the statement runs once and its count is right, even if the first answer to it was lost."""
    bigquery.usage.add(PROJECT, {OLD: 3})
    bigquery.http.faults.add(fault)
    run = QuotaRun(bigquery.url)
    assert run.perform().counts == {"deleted": 3}
    assert (len(bigquery.http.requests), len(run.clock.waits), [line["event"] for line in run.lines]) == (
        2,
        1,
        ["retry"],
    )


@pytest.mark.parametrize("refusal", [_answer(503, "backendError"), _answer(403, "rateLimitExceeded")])
def test_a_refusal_after_a_lost_answer_does_not_hide_what_was_done(bigquery: BigQuerySandbox, refusal: Fault) -> None:
    """Only the id of the first request tells that its statement has run: a new one would report 0 rows."""
    bigquery.usage.add(PROJECT, {OLD: 3})
    bigquery.http.faults.add(Fault(Kind.RESET, handled=True))
    bigquery.http.faults.add(refusal)
    run = QuotaRun(bigquery.url)
    assert run.perform().counts == {"deleted": 3}
    assert run.clock.waits == [1.0, 2.0]


def test_long_statement_is_waited_for(bigquery: BigQuerySandbox) -> None:
    """A statement that outlasts its request is polled to its end."""
    bigquery.usage.add(PROJECT, {OLD: 3})
    bigquery.jobs.polls_until_done = 3
    assert clean_up(bigquery, "--dry-run").counts == {"to_delete": 3}
    assert clean_up(bigquery).counts == {"deleted": 3}


@pytest.mark.parametrize(
    ("reason", "message"),
    [("invalidQuery", CONFLICT), ("backendError", "try later"), ("jobRateLimitExceeded", "too many jobs")],
)
def test_a_job_that_fails_while_it_is_polled_is_started_anew(
    bigquery: BigQuerySandbox, monkeypatch: pytest.MonkeyPatch, reason: str, message: str
) -> None:
    """Another statement on the table may meet one that has been accepted: the old job's id stays refused."""
    bigquery.usage.add(PROJECT, {OLD: 3})
    bigquery.jobs.polls_until_done = 2
    failures = iter([ApiError(400, reason, message)])

    def execute(statement: Statement, warehouse: Warehouse) -> Result:
        for failure in failures:
            raise failure
        return execute_statement(statement, warehouse)

    monkeypatch.setattr("sandbox.bigquery.jobs.execute_statement", execute)
    run = QuotaRun(bigquery.url)
    assert run.perform().counts == {"deleted": 3}
    assert ([job.error is None for job in bigquery.jobs.all], run.clock.waits) == ([False, True], [1.0])
    assert message in run.lines[0]["reason"]


@pytest.mark.parametrize("fault", [_answer(503, "backendError"), Fault(Kind.RESET)], ids=["refused", "reset"])
def test_attempts_are_capped(bigquery: BigQuerySandbox, fault: Fault) -> None:
    """After the last attempt the job gives up with 75, having told of every wait."""
    bigquery.http.faults.add(Fault(fault.kind, status=fault.status, body=fault.body, count=None))
    run = QuotaRun(bigquery.url)
    with pytest.raises(TransientError, match=f"BigQuery gave up after {MAX_ATTEMPTS} of {MAX_ATTEMPTS} attempts"):
        run.perform()
    assert len(bigquery.http.requests) == MAX_ATTEMPTS
    assert run.clock.waits == [min(CAP_SECONDS, 2.0**n) for n in range(MAX_ATTEMPTS - 1)]


@pytest.mark.parametrize("answer", [_answer(403, "quotaExceeded"), _answer_200("quotaExceeded", "used up")])
def test_a_quota_that_is_used_up_is_no_missing_permission(bigquery: BigQuerySandbox, answer: Fault) -> None:
    """It does not come back within the job's time, so it is asked once; tomorrow it may, so 75."""
    bigquery.http.faults.add(answer)
    with pytest.raises(TransientError, match="a BigQuery quota is used up") as caught:
        clean_up(bigquery)
    assert (caught.value.exit_status, len(bigquery.http.requests)) == (75, 1)
    assert "IAM & Admin > Quotas" in caught.value.remedy


@pytest.mark.parametrize(
    ("reason", "problem"),
    [
        ("notFound", f"table {TABLE} does not exist (it was so)"),
        ("accessDenied", f"no permission for {TABLE} (it was so)"),
        ("invalidQuery", f"BigQuery refused the statement on {TABLE} (it was so)"),
    ],
)
def test_a_200_with_errors_is_the_error_that_it_holds(bigquery: BigQuerySandbox, reason: str, problem: str) -> None:
    """Emulators answer so instead of the status that Google sends; no deletion is reported that was none."""
    bigquery.http.faults.add(_answer_200(reason, "it was so"))
    with pytest.raises(JobError) as caught:
        clean_up(bigquery)
    assert (caught.value.problem, caught.value.exit_status, len(bigquery.http.requests)) == (problem, 1, 1)


def test_a_result_with_a_warning_is_a_result(bigquery: BigQuerySandbox) -> None:
    """`errors` do not necessarily mean that the statement failed (jobs.query)."""
    body = {"jobComplete": True, "numDmlAffectedRows": "3", "errors": [{"reason": "x", "message": "a warning"}]}
    bigquery.http.faults.add(Fault(Kind.RESPOND, status=200, body=json.dumps(body)))
    assert clean_up(bigquery).counts == {"deleted": 3}


@pytest.mark.parametrize("name", ["HTTP_PROXY", "ALL_PROXY"])
def test_an_emulator_on_this_machine_is_not_reached_through_a_proxy(
    bigquery: BigQuerySandbox, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Google's client would use it, of any kind; the proxy sees nothing."""
    with raw_server(Peer.hang) as proxy:
        for variable, value in ((name, str(proxy.endpoint)), ("no_proxy", ""), ("NO_PROXY", "intern.example")):
            monkeypatch.setenv(variable, value)
        assert clean_up(bigquery).counts == {"deleted": 0}
        assert proxy.connections == 0


def test_no_wait_outlasts_the_deadline(bigquery: BigQuerySandbox) -> None:
    """Of 10 s the job keeps 1 s for its end: after waits of 1, 2 and 4 s the next one would be too long."""
    bigquery.http.faults.add(Fault(Kind.RESET, count=None))
    run = QuotaRun(bigquery.url, JOB_TIMEOUT_SECONDS="10")
    with pytest.raises(TransientError, match=r"the next would be in 8 s, 2 s are left"):
        run.perform()
    assert run.clock.waits == [1.0, 2.0, 4.0]


def test_hanging_service_meets_the_deadline(bigquery: BigQuerySandbox) -> None:
    """The job ends with 75 when its time is up, no matter what keeps Google's client busy."""
    hang = bigquery.http.faults.add(Fault(Kind.HANG, count=None))
    with pytest.raises(TransientError, match=f"time is up before BigQuery answered for {TABLE}"):
        QuotaRun(bigquery.url, clock=_TimeIsUp(hang)).perform()


def test_freshly_streamed_old_records_are_left_for_later(bigquery: BigQuerySandbox) -> None:
    """A back-fill of old days blocks the statement for 90 minutes: that passes, so 75; nothing was deleted."""
    bigquery.usage.add(PROJECT, {OLD: 3})
    bigquery.usage.add(PROJECT, {OLD: 1}, streaming=True)
    with pytest.raises(TransientError, match="within the last 90 minutes") as caught:
        clean_up(bigquery)
    assert (caught.value.exit_status, caught.value.remedy[:31]) == (75, "run the job again in 90 minutes")
    assert (len(bigquery.http.requests), bigquery.usage.records(PROJECT)) == (1, {OLD: 4})


def test_missing_table_names_bootstrap() -> None:
    """The table is made by the bootstrap job: exit 1, asked once."""
    with BigQuerySandbox() as bigquery, pytest.raises(JobError) as caught:
        clean_up(bigquery)
    assert (caught.value.problem.split(" (")[0], caught.value.exit_status) == (f"table {TABLE} does not exist", 1)
    assert (caught.value.remedy, len(bigquery.http.requests)) == ("run the bootstrap job, which creates it", 1)


@pytest.mark.parametrize(
    "permission", ["bigquery.jobs.create", "bigquery.tables.getData", "bigquery.tables.updateData"]
)
def test_lacking_permission_is_named(bigquery: BigQuerySandbox, permission: str) -> None:
    """The message says what Google said, the remedy what the job needs; asked once."""
    bigquery.access.denied.add(permission)
    with pytest.raises(JobError, match=f"no permission for {TABLE} .*Access Denied") as caught:
        clean_up(bigquery)
    assert (permission in caught.value.remedy, type(caught.value), len(bigquery.http.requests)) == (True, JobError, 1)


@pytest.mark.parametrize(
    "body", ["", "{", "null", "[]", "{}", '"x"', '{"jobComplete": true, "numDmlAffectedRows": "many"}']
)
def test_answer_that_is_none_is_not_believed(bigquery: BigQuerySandbox, body: str) -> None:
    """A 200 without the count is a failure, not a success with 0 rows; it is not asked for again."""
    bigquery.http.faults.add(Fault(Kind.RESPOND, status=200, body=body, count=None))
    with pytest.raises(UnexpectedAnswer):
        clean_up(bigquery)
    assert len(bigquery.http.requests) == 1


@pytest.mark.parametrize("code", [400, 409, 418, 501])
def test_other_refusals_end_the_job_at_once(bigquery: BigQuerySandbox, code: int) -> None:
    """What does not pass by itself is not repeated."""
    bigquery.http.faults.add(_answer(code, "something"))
    with pytest.raises(JobError, match=f"refused the statement on {TABLE} .{code}: something happened"):
        clean_up(bigquery)
    assert len(bigquery.http.requests) == 1


def test_machine_without_credentials_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 2, with what to set."""
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/nowhere/key.json")
    with pytest.raises(ConfigurationError, match="no Google credentials on this machine"):
        QuotaRun(None).perform()


@pytest.mark.parametrize(
    "project", ["p`; DROP TABLE x; --", "Upper-Case", "1st-project", "short", "ends-with-", "a" * 31]
)
def test_project_that_is_none_never_reaches_the_sql(bigquery: BigQuerySandbox, project: str) -> None:
    """The name goes between backticks, in which BigQuery takes no parameter."""
    with pytest.raises(ConfigurationError, match="GCP_PROJECT_ID"):
        QuotaRun(bigquery.url, GCP_PROJECT_ID=project).perform()
    assert bigquery.http.requests == []
