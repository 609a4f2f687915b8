"""migrate over a real PostgreSQL: after any troubles, each migration has run exactly once and is recorded."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import psycopg

from sandbox.postgres import Cluster
from sandbox.supabase import Supabase
from sandbox.supabase.mishaps import Kind, Mishap
from tests.campaigns.faulty_transport import FaultyTransport
from tests.campaigns.parallel_clock import ParallelClock
from tests.campaigns.run import CampaignRun, run_job

INDEX = "CREATE INDEX CONCURRENTLY IF NOT EXISTS runs_name ON public.runs (name)"
INSERT = "INSERT INTO public.runs VALUES ('{name}')"
FILES = {
    "01_runs.sql": "CREATE TABLE public.runs (name text, id serial)",
    "02_a.sql": INSERT,
    "02a_b.sql": f"SET search_path = ''; {INSERT}; SELECT 1",
    "03_index.sql": f"-- migrate: no-transaction\n{INDEX}",
    "04_c.sql": f"DO $$ BEGIN {INSERT}; RAISE NOTICE 'x'; END $$;",
}
INSERTING = ["02_a.sql", "02a_b.sql", "04_c.sql"]
RESET = "DROP TABLE IF EXISTS public.schema_migrations, public.runs CASCADE; SELECT 1"
# Both append a statement to the query, which one that has to go alone does not bear.
NEEDS_COMPANY = (Kind.HELD, Kind.KILLED)
# Real seconds; nothing takes nearly as long.
TIMEOUT_SECONDS = 20.0


@dataclass(slots=True)
class Campaign:
    """The project, and the time of the seed at play, by which its rate limit goes."""

    supabase: Supabase
    folder: Path
    clock: ParallelClock

    def play(self, seed: str) -> None:
        """One to three runs with troubles and mishaps, then one without."""
        random = Random(f"migrate {seed}")
        self.supabase.mishaps.drop_all()
        self.supabase.select(RESET)
        waiting: list[Mishap] = []

        def let_go() -> None:
            while waiting and random.random() < 0.4:
                waiting.pop().release()

        def happen(_name: str, chance: Random) -> None:
            if chance.random() < 0.1:
                kind = chance.choice(tuple(Kind))
                query = "/* migrate: 0" if kind in NEEDS_COMPANY else ""
                waiting.append(self.supabase.mishaps.add(kind, query))

        for number in range(random.randint(1, 3)):
            self.clock = ParallelClock(fraction=random.random(), on_sleep=let_go)
            self._run(FaultyTransport(f"{seed} {number}", self.clock, before=happen))
            self._check_each()
        for mishap in waiting:
            random.choice((mishap.release, mishap.drop))()
        self.supabase.mishaps.drop_all()
        self._check_each()
        self._complete()

    def _run(self, transport: FaultyTransport) -> CampaignRun:
        variables = {
            "GCP_PROJECT_ID": "cloudact-testing-1",
            "ENVIRONMENT": "stage",
            "SUPABASE_ACCESS_TOKEN": self.supabase.token,
            "SUPABASE_API_URL": self.supabase.url,
            "MIGRATIONS_DIR": str(self.folder),
        }
        run = run_job(["migrate"], variables, self.clock, transport)
        if run.exit_status == 0:
            assert self._recorded() == sorted(FILES)
        return run

    def _complete(self) -> None:
        self.clock = ParallelClock()
        assert self._run(FaultyTransport("", self.clock, troubles=())).exit_status == 0
        assert self._ran() == INSERTING
        self._check_each()

    def _check_each(self) -> None:
        ran, recorded = self._ran(), self._recorded()
        assert len(set(ran)) == len(ran), f"applied twice: {ran}"
        assert [name for name in recorded if name in INSERTING] == sorted(ran), "applied and recorded are two things"

    def _ran(self) -> list[str]:
        return self._list("SELECT name FROM public.runs ORDER BY id")

    def _recorded(self) -> list[str]:
        return self._list('SELECT filename FROM public.schema_migrations ORDER BY filename COLLATE "C"')

    def _list(self, query: str) -> list[str]:
        """Nothing if the table is not there yet."""
        try:
            return [name for (name,) in self.supabase.select(query)]
        except psycopg.errors.UndefinedTable:
            return []


@contextmanager
def prepare() -> Iterator[Callable[[str], None]]:
    """One server and one folder for all seeds."""
    with tempfile.TemporaryDirectory() as name, Cluster() as cluster:
        folder = Path(name)
        for filename, text in FILES.items():
            folder.joinpath(filename).write_text(text.replace("{name}", filename))
        clock = ParallelClock()
        with Supabase(cluster, clock=lambda: campaign.clock.monotonic(), gateway_seconds=TIMEOUT_SECONDS) as supabase:
            campaign = Campaign(supabase, folder, clock)
            yield campaign.play
