"""Runs quota-cleanup in this process, against a stand-in and on a virtual clock."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from runtime.config.catalog import load_catalog
from runtime.config.command_line import parse_options
from runtime.config.settings import Settings
from runtime.context import Context
from runtime.jobs.daily.quota_cleanup import run
from runtime.process.log import Log
from runtime.process.outcome import Outcome, Progress
from runtime.process.secret import Redactor
from sandbox.bigquery import BigQuerySandbox
from tests.support.virtual_clock import VirtualClock

PROJECT = "cloudact-testing-1"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class QuotaRun:
    """One run of the job at `now`; `waits` and `lines` are what it waited and logged."""

    def __init__(self, address: str | None, *, clock: VirtualClock | None = None, **variables: str) -> None:
        catalog = load_catalog()
        self.clock = clock or VirtualClock(NOON)
        self.lines: list[dict[str, Any]] = []
        self._job = catalog.find("quota-cleanup")
        given = {"GCP_PROJECT_ID": PROJECT, **({"BIGQUERY_EMULATOR_HOST": address} if address else {}), **variables}
        self._settings = Settings(given, self._job, catalog, lambda _: None)
        self._log = Log(self.clock, Redactor(), {}, lambda line: self.lines.append(json.loads(line)))

    def perform(self, *arguments: str) -> Outcome:
        """Runs it. Raises what the job raises."""
        options = parse_options(self._job, list(arguments))
        context = Context(
            self._job,
            options,
            self._settings,
            {},
            clock=self.clock,
            log=self._log,
            progress=Progress(),
            transport=None,
            started=self.clock.monotonic(),
        )
        return run(context)


def serve_quota_table() -> Iterator[BigQuerySandbox]:
    """What the fixtures are made of: a running stand-in with an empty quota table."""
    with BigQuerySandbox() as running:
        running.usage.create(PROJECT)
        yield running


def clean_up(bigquery: BigQuerySandbox, *arguments: str, now: datetime = NOON, **variables: str) -> Outcome:
    """The plain case: one run, its outcome."""
    return QuotaRun(bigquery.url, clock=VirtualClock(now), **variables).perform(*arguments)


def sent_cutoff(bigquery: BigQuerySandbox) -> str:
    """The constant that the last request compared usage_date with."""
    parameters = bigquery.http.requests[-1].json()["queryParameters"]
    assert [(p["name"], p["parameterType"]) for p in parameters] == [("cutoff", {"type": "DATE"})]
    return str(parameters[0]["parameterValue"]["value"])
