"""bootstrap: nothing that was there is lost, and `done` means that the platform is whole."""

from __future__ import annotations

from random import Random

from runtime.net.retry import MAX_ATTEMPTS
from sandbox.admin_api.meta_tables import META_TABLES
from tests.campaigns.faulty_transport import FaultyTransport
from tests.campaigns.scenarios.platform import Platform
from tests.campaigns.troubles import TROUBLES, lie

OPTIONS: tuple[list[str], ...] = ([], [], [], ["--force-fresh"], ["--force-sync"])
# Status, creation, sync, status; after a lost answer of each POST, and before each of its repetitions, /health.
MOST_CALLS = 4 + 2 * (MAX_ATTEMPTS - 1)


def play(platform: Platform, seed: str) -> None:
    """A platform that is empty, whole, lacks something, or has something that cannot be fixed."""
    random = Random(f"bootstrap {seed}")
    platform.begin(random)
    meta = platform.state.meta
    if random.random() < 0.6:
        platform.state.bootstrap()
        assert meta.tables is not None
        for name in random.sample(META_TABLES, random.choice((0, 1, 12))):
            del meta.tables[name]
        meta.stuck = set(random.sample(META_TABLES, random.choice((0, 0, 3))))
        meta.tables["of_somebody_else"] = {"a"}
        for columns in meta.tables.values() if random.random() < 0.3 else ():
            columns.add("of_an_earlier_version")
    before = set(meta.tables or {})

    def hide_bigquery(_name: str, chance: Random) -> None:
        # The service then takes the project for an empty one: 200 NOT_BOOTSTRAPPED.
        platform.state.bigquery = chance.random() > 0.15

    transport = FaultyTransport(seed, platform.clock, troubles=(*TROUBLES, lie), before=hide_bigquery)
    run = platform.run(transport, "bootstrap", *random.choice(OPTIONS))
    assert before <= set(meta.tables or {}), "tables were lost"
    assert len({each.call for each in run.sent}) <= MOST_CALLS
    if run.exit_status == 0:
        missing = [diff["missing_columns"] for diff in meta.schema_diffs().values() if diff["missing_columns"]]
        assert (meta.missing_tables(), missing) == ([], [])
