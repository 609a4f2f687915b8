"""python -m tests.campaigns JOB SEED plays one seed again; without a seed, --seeds N of them, of one job or of all."""

from __future__ import annotations

import argparse
import os
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from tests.campaigns.replay import SCENARIOS, play

# PostgreSQL and DuckDB make these seeds some ten times as long as the others.
SHARES = {"migrate": 0.1, "quota-cleanup": 0.1}
BLOCK = 200


def main() -> None:
    """Ends with the first promise that is broken, and the command that plays it again."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns", description=__doc__)
    parser.add_argument("job", nargs="?", choices=SCENARIOS, help="default: all")
    parser.add_argument("seed", nargs="?", type=int)
    parser.add_argument("--seeds", type=int, default=1000, help="how many, over all jobs")
    options = parser.parse_args()
    if options.seed is not None:
        play(options.job, [options.seed])
        return
    jobs = [options.job] if options.job else list(SCENARIOS)
    weight = sum(SHARES.get(job, 1.0) for job in jobs)
    seeds = {job: round(options.seeds * SHARES.get(job, 1.0) / weight) for job in jobs}
    for job, count in play_blocks(seeds).items():
        print(f"{job}: {count} seeds, every promise kept")


def play_blocks(seeds: dict[str, int]) -> Counter[str]:
    """How many seeds of each job were played, on all cores. Raises PromiseBroken."""
    blocks = [
        (job, range(start, min(start + BLOCK, count)))
        for job, count in seeds.items()
        for start in range(0, count, BLOCK)
    ]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        played = pool.map(play, *zip(*blocks, strict=True))
        return sum((Counter({job: count}) for (job, _), count in zip(blocks, played, strict=True)), Counter())


if __name__ == "__main__":
    main()
