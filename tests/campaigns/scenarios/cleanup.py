"""quota-cleanup: young rows always stay, and `done` says how many old ones are gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from random import Random
from typing import Any

from runtime.net.retry import MAX_ATTEMPTS
from sandbox.bigquery import BigQuerySandbox
from sandbox.faults import Fault, Kind
from tests.campaigns import forgery
from tests.campaigns.faulty_transport import INTENSITIES, FaultyTransport
from tests.campaigns.parallel_clock import ParallelClock
from tests.campaigns.run import run_job
from tests.campaigns.troubles import CLIENT_ERRORS, SERVER_ERRORS
from tests.support.virtual_clock import START

PROJECT = "cloudact-testing-1"
BROKEN = (Kind.RESET, Kind.CLOSE, Kind.TRUNCATE, Kind.HANG_UP, Kind.GARBAGE)
REASONS = ("backendError", "rateLimitExceeded", "invalidQuery", "accessDenied", "notFound", "quotaExceeded")
# One answer and one look at the result beside those that went wrong.
MOST_REQUESTS = MAX_ATTEMPTS + 2


def play(seed: str) -> None:
    """A table with days on both sides of the cutoff; each of the first requests may go wrong."""
    random = Random(f"cleanup {seed}")
    clock = ParallelClock(fraction=random.random())
    days_to_keep = random.choice((30, 90, 365))
    today = START.date()
    rows = {today - timedelta(days_to_keep + offset): 2 for offset in (-1, 0, 1, 40)}
    with BigQuerySandbox([PROJECT]) as bigquery:
        bigquery.usage.create(PROJECT)
        bigquery.usage.add(PROJECT, rows)
        intensity = random.choice(INTENSITIES)
        for number in range(MAX_ATTEMPTS + 2):
            if random.random() < intensity:
                bigquery.http.faults.add(draw_fault(random, number))
        variables = {
            "GCP_PROJECT_ID": PROJECT,
            "BIGQUERY_EMULATOR_HOST": bigquery.url,
            "DAYS_TO_KEEP": str(days_to_keep),
        }
        run = run_job(["quota-cleanup"], variables, clock, FaultyTransport(seed, clock))
        left = bigquery.usage.records(PROJECT)
        requests = len(bigquery.http.requests)
    young = {day: count for day, count in rows.items() if day >= today - timedelta(days_to_keep)}
    assert young == {day: count for day, count in left.items() if day in young}, "rows younger than the cutoff"
    assert requests <= MOST_REQUESTS
    if run.exit_status == 0:
        assert (left, run.summary["counts"]) == (young, {"deleted": 4})


def draw_fault(random: Random, number: int) -> Fault:
    """What goes wrong with the request of that number, from 0."""
    where: dict[str, Any] = {"skip": number, "path": "/bigquery"}
    handled = random.random() < 0.5
    if random.random() < 0.4:
        kind = random.choice(BROKEN)
        return Fault(kind, **where, handled=handled, body="SSH-2.0-OpenSSH\r\n", size=random.choice((0, 1, 20)))
    if random.random() < 0.4:
        # BigQuery's own word for it: the statement was not run.
        reason = random.choice(REASONS)
        message = random.choice((reason, "Could not serialize access to table t due to concurrent update"))
        errors = [{"reason": reason, "message": message}]
        if random.random() < 0.3:
            # As emulators say it.
            return Fault(Kind.RESPOND, **where, status=200, body={"jobComplete": True, "errors": errors})
        error = {"code": 400, "message": message, "errors": errors}
        return Fault(Kind.RESPOND, **where, status=random.choice((400, 403, 500, 503)), body={"error": error})
    status = random.choice(CLIENT_ERRORS) if not handled else random.choice(SERVER_ERRORS)
    body = forgery.draw_body(random)
    text = body.decode("latin-1") if isinstance(body, bytes) else body
    return Fault(Kind.RESPOND, **where, handled=handled, status=status, body=text)


@contextmanager
def prepare() -> Iterator[Callable[[str], None]]:
    """Each seed has its own warehouse."""
    yield play
