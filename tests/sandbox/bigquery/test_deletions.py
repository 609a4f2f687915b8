"""DELETE: its count, its cost, and the streaming buffer."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from google.api_core.exceptions import BadRequest
from google.cloud.bigquery import Client, DmlStats, QueryJobConfig, ScalarQueryParameter

from sandbox.bigquery import BigQuerySandbox
from tests.sandbox.bigquery.conftest import PROJECT, TABLE

OLD, NEW = date(2026, 8, 24), date(2026, 8, 25)
CONFIG = QueryJobConfig(query_parameters=[ScalarQueryParameter("cutoff", "DATE", NEW)])
MINIMUM_BILLED = 10 * 1024 * 1024


def _bytes(client: Client, day: date) -> int:
    scan = client.query(f"SELECT * FROM `{TABLE}` WHERE usage_date = '{day}'")
    scan.result()
    return int(scan.total_bytes_processed)


def test_delete_counts_its_rows(bigquery: BigQuerySandbox, client: Client) -> None:
    """The same number in the answer and in the job's statistics."""
    bigquery.usage.add(PROJECT, {OLD: 3, NEW: 2})
    job = client.query(f"DELETE FROM `{TABLE}` WHERE usage_date < @cutoff", job_config=CONFIG)
    job.result()
    assert (job.num_dml_affected_rows, job.dml_stats) == (3, DmlStats(deleted_row_count=3))
    assert bigquery.usage.records(PROJECT) == {NEW: 2}


@pytest.mark.parametrize(
    "condition", ["usage_date < @cutoff", "'2026-08-25' > usage_date", "(usage_date <= '2026-08-24')"]
)
def test_constant_filter_removes_whole_partitions_free_of_charge(
    bigquery: BigQuerySandbox, client: Client, condition: str
) -> None:
    """Only the old partitions count as processed, and nothing is billed."""
    bigquery.usage.add(PROJECT, {OLD: 3, NEW: 2})
    old_bytes = _bytes(client, OLD)
    job = client.query(f"DELETE FROM `{TABLE}` WHERE {condition}", job_config=CONFIG)
    job.result()
    assert (job.total_bytes_processed, job.total_bytes_billed) == (old_bytes, 0)


def test_computed_filter_reads_every_partition(bigquery: BigQuerySandbox, client: Client) -> None:
    """A function instead of a constant is paid for with the whole table."""
    bigquery.usage.add(PROJECT, {OLD: 3, NEW: 2})
    all_bytes = _bytes(client, OLD) + _bytes(client, NEW)
    job = client.query(f"DELETE FROM `{TABLE}` WHERE usage_date < DATE_SUB(DATE '2026-11-23', INTERVAL 90 DAY)")
    job.result()
    assert (job.num_dml_affected_rows, job.total_bytes_processed, job.total_bytes_billed) == (
        3,
        all_bytes,
        MINIMUM_BILLED,
    )


def test_second_condition_is_billed_for_its_partitions(bigquery: BigQuerySandbox, client: Client) -> None:
    """A DELETE of some rows of a partition rewrites it, but no other."""
    bigquery.usage.add(PROJECT, {OLD: 3, NEW: 2})
    old_bytes = _bytes(client, OLD)
    text = f"DELETE FROM `{TABLE}` WHERE usage_date < @cutoff AND org_slug = 'org_0'"
    job = client.query(text, job_config=CONFIG)
    job.result()
    assert (job.total_bytes_processed, job.total_bytes_billed) == (old_bytes, MINIMUM_BILLED)


def test_dry_run_estimates_and_deletes_nothing(bigquery: BigQuerySandbox, client: Client) -> None:
    """BigQuery's own dry run costs nothing and knows no count."""
    bigquery.usage.add(PROJECT, {OLD: 3})
    old_bytes = _bytes(client, OLD)
    config = QueryJobConfig(dry_run=True, query_parameters=CONFIG.query_parameters)
    rows = client.query_and_wait(f"DELETE FROM `{TABLE}` WHERE usage_date < @cutoff", job_config=config)
    assert (rows.num_dml_affected_rows, rows.total_bytes_processed) == (None, old_bytes)
    assert bigquery.usage.records(PROJECT) == {OLD: 3}


def test_streamed_rows_are_not_deleted(bigquery: BigQuerySandbox, client: Client) -> None:
    """A DELETE that would touch the streaming buffer is refused whole; one that would not is not."""
    bigquery.usage.add(PROJECT, {OLD: 3, NEW: 2})
    bigquery.usage.add(PROJECT, {NEW: 1}, streaming=True)
    client.query_and_wait(f"DELETE FROM `{TABLE}` WHERE usage_date < @cutoff", job_config=CONFIG)
    assert bigquery.usage.records(PROJECT) == {NEW: 3}
    refusal = f"UPDATE or DELETE statement over table {TABLE} would affect rows in the streaming buffer"
    with pytest.raises(BadRequest, match=refusal):
        client.query_and_wait(f"DELETE FROM `{TABLE}` WHERE usage_date >= @cutoff", job_config=CONFIG)
    assert bigquery.usage.records(PROJECT) == {NEW: 3}
    bigquery.usage.flush(PROJECT)
    client.query_and_wait(f"DELETE FROM `{TABLE}` WHERE usage_date >= @cutoff", job_config=CONFIG)
    assert bigquery.usage.records(PROJECT) == {}


def test_insert_all_fills_the_streaming_buffer(bigquery: BigQuerySandbox, client: Client) -> None:
    """Rows sent by Google's client can be read at once; one that does not fit is named."""
    row = {"usage_id": "u", "org_slug": "acme", "usage_date": str(OLD), "last_updated": "2026-08-24T00:00:00Z"}
    row |= {"created_at": "2026-08-24T00:00:00Z"}
    counters = [field.name for field in client.get_table(TABLE).schema if field.field_type == "INTEGER"]
    complete = row | dict.fromkeys(counters, 0)
    errors = client.insert_rows_json(TABLE, [complete, row | {"usage_date": "yesterday"}])
    table = client.get_table(TABLE)
    assert ([error["index"] for error in errors], table.streaming_buffer.estimated_rows, table.num_rows) == ([1], 1, 0)
    assert bigquery.usage.records(PROJECT) == {OLD: 1}


def test_table_shows_its_partitioning(bigquery: BigQuerySandbox, client: Client) -> None:
    """As bootstrap makes it: by day, on usage_date."""
    bigquery.usage.add(PROJECT, {OLD + timedelta(days=n): 1 for n in range(3)})
    table = client.get_table(TABLE)
    assert (table.time_partitioning.type_, table.time_partitioning.field, table.num_rows) == ("DAY", "usage_date", 3)
