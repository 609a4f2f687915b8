"""The quota records in BigQuery: how many are older than a day, and their deletion."""

from __future__ import annotations

import re
from contextlib import closing
from datetime import date

from google.api_core.client_info import ClientInfo
from google.auth.credentials import AnonymousCredentials
from google.cloud.bigquery import Client, QueryJobConfig, ScalarQueryParameter

from runtime import VERSION
from runtime.net.retry import RetryBudget
from runtime.process.clock import Clock
from runtime.process.errors import ConfigurationError, JobError, UnexpectedAnswer
from runtime.process.log import Log
from runtime.services.bigquery_errors import explain, is_refused_for_now, is_unanswered, raise_errors
from runtime.services.google_errors import describe

# BigQuery itself holds a jobs.query answer back for as long as the client waits; a longer statement is polled.
REQUEST_SECONDS = 60.0
# https://cloud.google.com/resource-manager/docs/creating-managing-projects
PROJECT_ID = re.compile(r"[a-z][a-z0-9-]{4,28}[a-z0-9]")


class QuotaTable:
    """PROJECT.organizations.org_usage_quotas, partitioned by usage_date; `name` is that name."""

    def __init__(self, project: str, emulator: str, *, clock: Clock, log: Log, deadline: float) -> None:
        """Raises ConfigurationError if the project's id is invalid, since it goes into the SQL text."""
        if not PROJECT_ID.fullmatch(project):
            raise ConfigurationError(f"GCP_PROJECT_ID is {project!r}, which is not a project id", "correct it")
        self.name = f"{project}.organizations.org_usage_quotas"
        self._project = project
        self._emulator = emulator
        self._clock = clock
        self._budget = RetryBudget("BigQuery", clock=clock, log=log, deadline=deadline)

    def count_before(self, cutoff: date) -> int:
        """How many records there are of days before `cutoff`."""
        return self._run("SELECT COUNT(*)", cutoff)

    def delete_before(self, cutoff: date) -> int:
        """Deletes the records of days before `cutoff`; how many, by the statement's own statistics."""
        return self._run("DELETE", cutoff)

    def _run(self, verb: str, cutoff: date) -> int:
        """One request, if nothing goes wrong. Raises JobError or one of its kind."""
        try:
            return self._clock.call_within(self._budget.remaining(), lambda: self._query(verb, cutoff))
        except JobError:
            raise
        except Exception as error:
            raise explain(error, self.name) from error

    def _query(self, verb: str, cutoff: date) -> int:
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
            values = [rows.num_dml_affected_rows] if verb == "DELETE" else [row[0] for row in rows]
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
        nobody = AnonymousCredentials() if self._emulator else None  # type: ignore[no-untyped-call]
        options = {"api_endpoint": self._emulator} if self._emulator else None
        return Client(self._project, nobody, client_info=named, client_options=options)
