"""The quota records in BigQuery: how many are older than a day, and their deletion."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta

from google.api_core.client_info import ClientInfo
from google.auth.credentials import AnonymousCredentials
from google.cloud.bigquery import Client, QueryJobConfig, ScalarQueryParameter
from google.cloud.bigquery.table import RowIterator

from runtime import VERSION
from runtime.config.settings import RETENTION_FLOOR_DAYS
from runtime.net.retry import RetryBudget
from runtime.process.clock import Clock
from runtime.process.errors import ConfigurationError, JobError, UnexpectedAnswer
from runtime.process.log import Log
from runtime.services.bigquery_errors import explain, is_refused_for_now, is_unanswered, raise_errors
from runtime.services.google_errors import describe

# BigQuery itself holds a jobs.query answer back for as long as the client waits; a longer statement is polled.
REQUEST_SECONDS = 60.0
PROJECT_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")


def compute_cutoff(today: date, days_to_keep: int) -> date:
    """The oldest day that stays, `today` being a day in UTC: a record exactly `days_to_keep` days old is kept.

    Raises ConfigurationError below the retention floor.
    """
    if days_to_keep < RETENTION_FLOOR_DAYS:
        raise ConfigurationError(
            f"DAYS_TO_KEEP is {days_to_keep}, below the floor of {RETENTION_FLOOR_DAYS} days", "raise it"
        )
    return today - timedelta(days=days_to_keep)


class QuotaTable:
    """PROJECT.organizations.org_usage_quotas, partitioned by usage_date; `name` is that name."""

    def __init__(self, project: str, emulator: str | None, *, clock: Clock, log: Log, deadline: float) -> None:
        """Raises ConfigurationError if the project's id is invalid, since it goes into the SQL text."""
        # https://cloud.google.com/resource-manager/docs/creating-managing-projects: 6 to 30 lower-case letters, digits
        # and hyphens, a letter first, no hyphen last.
        fine = 6 <= len(project) <= 30 and PROJECT_CHARACTERS.issuperset(project)
        if not fine or not project[0].isalpha() or project.endswith("-"):
            raise ConfigurationError(f"GCP_PROJECT_ID is {project!r}, which is not a project id", "correct it")
        self.name = f"{project}.organizations.org_usage_quotas"
        self._project = project
        self._emulator = emulator
        self._clock = clock
        self._budget = RetryBudget("BigQuery", clock=clock, log=log, deadline=deadline)

    def count_before(self, cutoff: date) -> int:
        """How many records there are of days before `cutoff`."""
        return self._run("SELECT COUNT(*)", cutoff, lambda rows: [row[0] for row in rows])

    def delete_before(self, cutoff: date) -> int:
        """Deletes the records of days before `cutoff`; how many, by the statement's own statistics."""
        return self._run("DELETE", cutoff, lambda rows: [rows.num_dml_affected_rows])

    def _run(self, verb: str, cutoff: date, read: Callable[[RowIterator], list[object]]) -> int:
        """One request, if nothing goes wrong. Raises JobError or one of its kind."""
        try:
            return self._clock.call_within(self._budget.remaining(), lambda: self._query(verb, cutoff, read))
        except JobError:
            raise
        except Exception as error:
            raise explain(error, self.name) from error

    def _query(self, verb: str, cutoff: date, read: Callable[[RowIterator], list[object]]) -> int:
        with closing(self._connect()) as client:
            rows = client.query_and_wait(
                # The bare partition column against a constant: BigQuery then drops whole partitions, which is free of
                # charge, and reads no other.
                f"{verb} FROM `{self.name}` WHERE usage_date < @cutoff",
                job_config=QueryJobConfig(query_parameters=[ScalarQueryParameter("cutoff", "DATE", cutoff)]),
                api_timeout=min(REQUEST_SECONDS, self._budget.remaining()),
                wait_timeout=self._budget.remaining(),
                retry=self._budget.decorate(self._goes_again, describe, raise_errors),
                job_retry=self._budget.decorate(is_refused_for_now, describe),
            )
            values = read(rows)
        if len(values) != 1 or not isinstance(values[0], int):
            raise UnexpectedAnswer(f"BigQuery answered {values!r} instead of a number of rows", "report it")
        return values[0]

    def _goes_again(self, error: Exception) -> bool:
        """Under its own id, of which BigQuery runs one statement however often it comes.

        If an answer was lost, only that id tells how many rows were deleted, so even a refusal does not give it up.
        """
        lost = is_unanswered(error)
        self._budget.maybe_processed |= lost
        return lost or (self._budget.maybe_processed and is_refused_for_now(error))

    def _connect(self) -> Client:
        named = ClientInfo(user_agent=f"cloudact-jobs/{VERSION}")  # type: ignore[no-untyped-call]
        if self._emulator is None:
            return Client(project=self._project, client_info=named)
        options = {"api_endpoint": self._emulator}
        nobody = AnonymousCredentials()  # type: ignore[no-untyped-call]
        return Client(self._project, nobody, client_info=named, client_options=options)
