"""Thousands of fault schedules, each told by its seed: nothing lost, nothing twice, and every end is true."""

from __future__ import annotations

import pytest

import runtime.jobs.daily.alerts
import runtime.net.client
from runtime.net.retry_policy import repeatable
from tests.campaigns.faulty_transport import FaultyTransport
from tests.campaigns.replay import SCENARIOS, PromiseBroken, play
from tests.campaigns.scenarios import alerts
from tests.campaigns.scenarios.platform import serve_platform
from tests.catalog import JOBS

# What `make campaign SEEDS=100000` has more of; about as long each, but that PostgreSQL is started once for migrate.
BLOCKS = {
    "alerts": [range(400), range(400, 800)],
    "bootstrap": [range(200), range(200, 400)],
    "migrate": [range(45)],
    "org-sync-all": [range(75), range(75, 150), range(150, 225), range(225, 300)],
    "quota-cleanup": [range(40), range(40, 80)],
}
# Of each job that has no scenario.
BLOCK = range(270)


PLAYED = [(name, block) for name in SCENARIOS for block in BLOCKS.get(name, [BLOCK])]


@pytest.mark.parametrize(("name", "seeds"), PLAYED, ids=str)
def test_every_promise_is_kept_under_every_schedule(name: str, seeds: range) -> None:
    """NFR-SJ-001. A failure ends with the one command that plays its seed again."""
    assert play(name, seeds) == len(seeds)


def test_every_job_has_a_scenario() -> None:
    """A ninth one too: its own, or that of the jobs which call the admin API and read counts."""
    assert JOBS.keys() == SCENARIOS.keys()


def test_a_seed_is_the_same_schedule_every_time() -> None:
    """The faults of each request depend on nothing but the seed and the request."""
    with serve_platform() as platform:
        seen = []
        for _ in range(2):
            made: list[FaultyTransport] = []
            alerts.play(platform, "1234", made.append)
            seen.append([(each.name, each.at, each.trouble) for each in made[0].sent])
    assert seen[0] == seen[1] != []


def test_a_request_sent_again_that_must_not_be_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the wrong retry policy for alerts somebody is notified twice; the message says how to see it again."""
    monkeypatch.setattr(runtime.jobs.daily.alerts, "unsent", repeatable)
    with pytest.raises(PromiseBroken, match=r"^replay: .venv/bin/python -m tests.campaigns alerts \d+\n"):
        play("alerts", range(200))


def test_a_wait_past_the_deadline_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were the attempts' own budget not cut at the job's deadline, a run would outlive it."""
    monkeypatch.setattr(runtime.net.client, "min", lambda first, _: first, raising=False)
    with pytest.raises(PromiseBroken, match="replay"):
        play("stale-cleanup", range(200))
