"""The quota records in BigQuery: how many are older than a day, and their deletion."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta

from runtime import VERSION
from runtime.config.settings import RETENTION_FLOOR_DAYS
from runtime.context import Context
from runtime.net.retry import RetryBudget
from runtime.process.errors import ConfigurationError, JobError, UnexpectedAnswer
from runtime.process.time_limit import call_within
from runtime.services.google_clients import prepare_google_clients

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from google.cloud.bigquery import Client
    from google.cloud.bigquery.table import RowIterator

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

    __slots__ = ("_budget", "_clock", "_emulator", "_project", "name")

    def __init__(self, context: Context) -> None:
        """Raises ConfigurationError if the project's id is invalid, since it goes into the SQL text."""
        self._project = _check_project(context.settings.project)
        self._emulator = context.settings.bigquery_emulator_host
        self.name = f"{self._project}.organizations.org_usage_quotas"
        self._clock = context.clock
        self._budget = RetryBudget("BigQuery", clock=context.clock, log=context.log, deadline=context.deadline)

    def count_before(self, cutoff: date) -> int:
        """How many records there are of days before `cutoff`."""
        return self._run("SELECT COUNT(*)", cutoff, lambda rows: [row[0] for row in rows])

    def delete_before(self, cutoff: date) -> int:
        """Deletes the records of days before `cutoff`; how many, by the statement's own statistics."""
        return self._run("DELETE", cutoff, lambda rows: [rows.num_dml_affected_rows])

    def _run(self, verb: str, cutoff: date, read: Callable[[RowIterator], list[Any]]) -> int:
        """One request, if nothing goes wrong. Raises JobError or one of its kind."""
        _find_client_library()
        from runtime.services.bigquery_errors import explain

        try:
            return call_within(self._budget.remaining(), lambda: self._query(verb, cutoff, read), self._clock)
        except JobError:
            raise
        except Exception as error:
            raise explain(error, self.name) from error

    def _query(self, verb: str, cutoff: date, read: Callable[[RowIterator], list[Any]]) -> int:
        from google.cloud.bigquery import QueryJobConfig, ScalarQueryParameter

        from runtime.services.bigquery_errors import is_refused_for_now, is_unanswered, raise_errors
        from runtime.services.google_errors import describe

        # A request goes again under its own id, of which BigQuery runs one statement however often it comes:
        # the number of rows is right even if the first answer was lost.
        again: Any = self._budget.decorate(is_unanswered, describe, raise_errors)
        anew: Any = self._budget.decorate(is_refused_for_now, describe)
        with closing(self._connect()) as client:
            rows = client.query_and_wait(
                # The bare partition column against a constant: BigQuery then drops whole partitions, which is free of
                # charge, and reads no other.
                f"{verb} FROM `{self.name}` WHERE usage_date < @cutoff",
                job_config=QueryJobConfig(query_parameters=[ScalarQueryParameter("cutoff", "DATE", cutoff)]),
                api_timeout=min(REQUEST_SECONDS, self._budget.remaining()),
                wait_timeout=self._budget.remaining(),
                retry=again,
                job_retry=anew,
            )
            return _expect_number(read(rows))

    def _connect(self) -> Client:
        from google.api_core.client_info import ClientInfo
        from google.auth.credentials import AnonymousCredentials
        from google.cloud.bigquery import Client

        named = ClientInfo(user_agent=f"cloudact-jobs/{VERSION}")  # type: ignore[no-untyped-call]
        if self._emulator is None:
            return Client(project=self._project, client_info=named)
        options = {"api_endpoint": self._emulator}
        nobody = AnonymousCredentials()  # type: ignore[no-untyped-call]
        return Client(self._project, nobody, client_info=named, client_options=options)


def _check_project(project: str) -> str:
    # https://cloud.google.com/resource-manager/docs/creating-managing-projects: 6 to 30 lower-case letters, digits
    # and hyphens, a letter first, no hyphen last.
    fine = 6 <= len(project) <= 30 and PROJECT_CHARACTERS.issuperset(project)
    if not fine or not project[0].isalpha() or project.endswith("-"):
        raise ConfigurationError(f"GCP_PROJECT_ID is {project!r}, which is not a project id", "correct it")
    return project


def _find_client_library() -> None:
    prepare_google_clients()
    try:
        import google.cloud.bigquery  # noqa: F401 - only to tell a missing library from a fault
    except ImportError as error:
        raise ConfigurationError(
            f"google-cloud-bigquery cannot be imported: {error}", "install the dependencies"
        ) from error


def _expect_number(values: list[Any]) -> int:
    if len(values) != 1 or not isinstance(values[0], int):
        raise UnexpectedAnswer(f"BigQuery answered {values!r} instead of a number of rows", "report it")
    return values[0]
