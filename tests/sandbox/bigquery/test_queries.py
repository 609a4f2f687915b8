"""Queries: rows, types, pages, jobs that take their time, requests that come twice."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from google.api_core.exceptions import BadRequest, Conflict, GoogleAPICallError, NotFound
from google.api_core.retry import Retry
from google.cloud.bigquery import Client, QueryJobConfig, ScalarQueryParameter

from sandbox.bigquery import BigQuerySandbox
from sandbox.faults import Fault, Kind
from tests.sandbox.bigquery.conftest import PROJECT, TABLE

DAY = date(2026, 8, 25)


def test_values_come_back_in_their_types(client: Client) -> None:
    """Each type that is served goes in as a named parameter and comes out as the same value."""
    values: list[tuple[str, Any]] = [
        ("STRING", "O'Reilly \\ ☃"),
        ("INT64", -(2**62)),
        ("FLOAT64", 1.5),
        ("BOOL", True),
        ("DATE", date(2024, 2, 29)),
        ("TIMESTAMP", datetime(2026, 11, 23, 1, 2, 3, 456789, tzinfo=UTC)),
    ]
    parameters = [ScalarQueryParameter(kind, kind, value) for kind, value in values]
    text = "SELECT " + ", ".join(f"@{kind} AS {kind}" for kind, _ in values) + ", CAST(NULL AS STRING) AS nothing"
    rows = [tuple(row) for row in client.query_and_wait(text, job_config=QueryJobConfig(query_parameters=parameters))]
    assert rows == [(*(value for _, value in values), None)]


def test_query_and_wait_takes_one_request(bigquery: BigQuerySandbox, client: Client) -> None:
    """jobs.query alone: no second call fetches the rows."""
    bigquery.usage.add(PROJECT, {DAY: 4})
    rows = client.query_and_wait(f"SELECT COUNT(*) FROM `{TABLE}`")
    assert ([tuple(row) for row in rows], [field.name for field in rows.schema]) == ([(4,)], ["f0_"])
    assert [request.path for request in bigquery.http.requests] == [f"/bigquery/v2/projects/{PROJECT}/queries"]


@pytest.mark.parametrize("polls", [0, 1, 3])
def test_long_result_is_paged(bigquery: BigQuerySandbox, client: Client, polls: int) -> None:
    """Every row arrives once and in order, whether the job is done at once or after some polls."""
    bigquery.jobs.polls_until_done = polls
    bigquery.usage.add(PROJECT, {DAY: 7})
    rows = client.query_and_wait(f"SELECT org_slug FROM `{TABLE}` ORDER BY 1", page_size=3)
    assert [row[0] for row in rows] == [f"org_{n}" for n in range(7)]


def test_small_result_may_come_without_a_job(bigquery: BigQuerySandbox, client: Client) -> None:
    """JOB_CREATION_OPTIONAL: an id of the query, none of a job."""
    client.default_job_creation_mode = "JOB_CREATION_OPTIONAL"
    rows = client.query_and_wait("SELECT 1 AS one")
    assert (rows.job_id, rows.query_id is not None, [tuple(row) for row in rows]) == (None, True, [(1,)])


@pytest.mark.parametrize("polls", [0, 2])
def test_inserted_job_is_polled_to_its_end(bigquery: BigQuerySandbox, client: Client, polls: int) -> None:
    """jobs.insert, jobs.get and jobs.getQueryResults tell one story."""
    bigquery.jobs.polls_until_done = polls
    job = client.query("SELECT 1 AS one UNION ALL SELECT 2 ORDER BY 1", job_id="mine", job_retry=None)
    assert [row.one for row in job.result()] == [1, 2]
    assert (job.state, job.statement_type, client.get_job("mine").state) == ("DONE", "SELECT", "DONE")
    with pytest.raises(Conflict, match=rf"Already Exists: Job {PROJECT}:US.mine"):
        client.query("SELECT 1", job_id="mine", job_retry=None)
    with pytest.raises(NotFound, match=rf"Not found: Job {PROJECT}:other"):
        client.get_job("other")


def test_failed_job_says_so_in_its_status(client: Client) -> None:
    """Through jobs.insert, what only the data shows is the job's error."""
    job = client.query(f"SELECT nothing FROM `{TABLE}`", job_retry=None)
    with pytest.raises(BadRequest, match="Unrecognized name: nothing"):
        job.result()
    assert job.error_result == {"reason": "invalidQuery", "location": "q", "message": "Unrecognized name: nothing"}


def test_cancelled_job_never_runs(bigquery: BigQuerySandbox, client: Client) -> None:
    """A DELETE that is stopped in time deletes nothing."""
    bigquery.usage.add(PROJECT, {DAY: 2})
    bigquery.jobs.polls_until_done = 1000
    job = client.query(f"DELETE FROM `{TABLE}` WHERE TRUE")
    job.cancel()
    with pytest.raises(GoogleAPICallError, match="Job execution was cancelled"):
        job.result(retry=None)
    assert bigquery.usage.records(PROJECT) == {DAY: 2}


def test_request_that_comes_twice_runs_once(bigquery: BigQuerySandbox, client: Client) -> None:
    """The request id makes a repeated DELETE answer with the first one's count."""
    bigquery.usage.add(PROJECT, {DAY: 5})
    bigquery.http.faults.add(Fault(Kind.RESET, handled=True))
    config = QueryJobConfig(query_parameters=[ScalarQueryParameter("day", "DATE", DAY)])
    again = Retry(predicate=lambda error: True, initial=0, maximum=0)
    rows = client.query_and_wait(f"DELETE FROM `{TABLE}` WHERE usage_date = @day", job_config=config, retry=again)
    first, second = (request.json()["requestId"] for request in bigquery.http.requests)
    assert (rows.num_dml_affected_rows, first == second, bigquery.usage.records(PROJECT)) == (5, True, {})
