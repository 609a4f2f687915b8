"""Plays seeds: what `make campaign` and the tests run, and how one seed is played again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial

from tests.campaigns.scenarios import alerts, bootstrap, cleanup, counted_calls, migrate, org_sync
from tests.campaigns.scenarios.platform import Platform, serve_platform
from tests.catalog import JOBS

Play = Callable[[str], None]


class PromiseBroken(AssertionError):
    """A seed under which something happened that never may."""


def _on_platform(play: Callable[[Platform, str], None]) -> Callable[[], AbstractContextManager[Play]]:
    @contextmanager
    def prepare() -> Iterator[Play]:
        with serve_platform() as platform:
            yield partial(play, platform)

    return prepare


OWN: dict[str, Callable[[], AbstractContextManager[Play]]] = {
    "alerts": _on_platform(alerts.play),
    "bootstrap": _on_platform(bootstrap.play),
    "migrate": migrate.prepare,
    "org-sync-all": _on_platform(org_sync.play),
    "quota-cleanup": cleanup.prepare,
}
# A job without a scenario is one that calls the admin API and reads counts; no other kind does without.
SCENARIOS = OWN | {
    name: _on_platform(partial(counted_calls.play, job=name))
    for name, job in JOBS.items()
    if name not in OWN and job["secrets"] == ["CA_ROOT_API_KEY"]
}


def play(name: str, seeds: Iterable[int]) -> int:
    """How many were played. Raises PromiseBroken, which says how to play that seed again."""
    count = 0
    with SCENARIOS[name]() as play_seed:
        for seed in seeds:
            try:
                play_seed(str(seed))
            except Exception as error:
                again = f"replay: .venv/bin/python -m tests.campaigns {name} {seed}"
                raise PromiseBroken(f"{again}\n{type(error).__name__}: {error}") from error
            count += 1
    return count
