"""A job that POSTs and reads counts: `done` means that the service did it; repeating it does no harm."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random

from runtime.net.retry import MAX_ATTEMPTS
from sandbox.admin_api import QuotaRow
from tests.campaigns.faulty_transport import FaultyTransport
from tests.campaigns.scenarios.platform import Platform

DAYS = (
    datetime(2026, 4, 1, 0, 5, tzinfo=UTC),
    datetime(2026, 4, 1, 23, 30, tzinfo=UTC),
    datetime(2026, 4, 2, tzinfo=UTC),
)
ORGANIZATIONS = ("org_a", "org_b", "org_c")
# quota-monthly: the reset, the total, the day's rows, the reset and the total; one more for the path that is found, and
# one look at the status. After a lost answer of each POST, and before each of its repetitions, /health.
MOST_CALLS = 7 + 4 * (MAX_ATTEMPTS - 1)


def play(platform: Platform, seed: str, job: str) -> None:
    """For three organizations."""
    random = Random(f"quota {seed}")
    platform.begin(random, start=random.choice(DAYS))
    state, today = platform.state, platform.clock.now().date()
    state.bootstrap()
    state.add_organizations(*ORGANIZATIONS)
    state.quota.rows = {(slug, today): QuotaRow(5, 50, 9, 2) for slug in ORGANIZATIONS[: random.choice((0, 2, 3))]}
    made = len(state.quota.rows)
    if random.random() < 0.1:
        state.reset_seconds = 400.0
        state.sleep = platform.pass_time
    run = platform.run(FaultyTransport(seed, platform.clock), job)
    assert len({each.call for each in run.sent}) <= MOST_CALLS
    if run.summary["status"] == "done":
        assert _is_done(job, platform, made), state.quota.rows
        assert run.sent
    assert state.quota.doubled == [], "two resets at the same time"
    if run.summary["status"] == "skipped":
        assert (job, today.day) == ("quota-monthly", 2)


def _is_done(job: str, platform: Platform, made: int) -> bool:
    rows = platform.state.quota.rows
    if job == "quota-reset":
        return len({slug for slug, _ in rows}) == len(ORGANIZATIONS)
    if job == "quota-monthly":
        return [row.runs_month for row in rows.values()] == [0, 0, 0]
    return job != "stale-cleanup" or [row.running for row in rows.values()] == [2] * made
