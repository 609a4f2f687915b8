"""make soak: as many organizations as nobody has, over ten shards, and two requests in a hundred go wrong."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runtime.config.catalog import ROOT
from sandbox.admin_api import ROOT_KEY, AdminState
from sandbox.admin_api.app import create_app
from sandbox.admin_api.limits import SlidingWindow
from sandbox.http_server import serve

FAULTS = 0.02
STUBBORN = 0.001
# 30 MB for 10,000 organizations of a shard, 16 bytes for each further one.
BASE_BYTES, BASE_ORGANIZATIONS, BYTES_EACH = 30_000_000, 10_000, 16
LINES_BETWEEN_LOOKS = 50
UNLIMITED = sys.maxsize


@dataclass(frozen=True, slots=True)
class Shard:
    """How one task ended: which organizations it named as failed, and the most memory it was seen to have."""

    exit_status: int
    counts: dict[str, int]
    named: set[str]
    peak_bytes: int


def soak(organizations: int, shards: int, seed: int = 1) -> list[Shard]:
    """Runs every shard, two at a time. Raises AssertionError if an organization was lost or memory grew."""
    # At the service's own limit a hundred thousand would take eleven minutes; what a limit does is tested elsewhere.
    state = AdminState(all_calls=SlidingWindow(UNLIMITED))
    state.bootstrap()
    state.add_organizations(*(f"org_{number:06d}" for number in range(organizations)))
    chance = Random(seed)
    for each in state.organizations.values():
        each.sync_errors = ["Failed to create x: 403"] if chance.random() < STUBBORN else []
    with serve(_break_some(create_app(state), chance)) as server, ThreadPoolExecutor(os.cpu_count()) as pool:

        def run(index: int) -> Shard:
            ended = _run_shard(server.url, index, shards)
            server.traffic.clear()
            return ended

        ended = list(pool.map(run, range(shards)))
    check_shards(state, ended)
    return ended


def _break_some(app: ASGIApp, chance: Random) -> ASGIApp:
    """A 503 before or after the service has acted."""

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        if chance.random() >= FAULTS:
            await app(scope, receive, send)
            return
        if chance.random() < 0.5:
            await app(scope, receive, _swallow)
        await JSONResponse({"detail": "soak", "request_id": "r"}, 503)(scope, receive, send)

    return handle


async def _swallow(_message: Message) -> None:
    """The answer that nobody gets."""


def _run_shard(url: str, index: int, count: int) -> Shard:
    variables = {
        "GCP_PROJECT_ID": "cloudact-testing-1",
        "ENVIRONMENT": "stage",
        "PATH": os.defpath,
        "API_SERVICE_URL": url,
        "CA_ROOT_API_KEY": ROOT_KEY,
        "CLOUD_RUN_TASK_INDEX": str(index),
        "CLOUD_RUN_TASK_COUNT": str(count),
    }
    command = [sys.executable, "-m", "runtime", "org-sync-all"]
    named: set[str] = set()
    summary: dict[str, Any] = {}
    peak = 0
    with subprocess.Popen(command, cwd=ROOT, env=variables, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        for number, line in enumerate(process.stdout):
            if number % LINES_BETWEEN_LOOKS == 0:
                peak = max(peak, _read_peak(process.pid))
            if b'"organization_failed"' in line:
                named.add(json.loads(line)["org_slug"])
            elif b'"summary"' in line:
                summary = json.loads(line)
    return Shard(process.returncode, summary["counts"], named, peak)


def _read_peak(pid: int) -> int:
    # Not getrusage: it also counts the memory of the process that started this one.
    status = Path(f"/proc/{pid}/status").read_text()
    peaks = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(peaks[0]) * 1024 if peaks else 0


def check_shards(state: AdminState, shards: list[Shard]) -> None:
    """All synced or named, each shard's exit status true, memory within its bound; else AssertionError."""
    unsynced = {each.slug for each in state.organizations.values() if not each.synced}
    named = set().union(*(shard.named for shard in shards))
    assert unsynced <= named, f"neither synced nor named: {sorted(unsynced - named)[:5]}"
    assert sum(shard.counts["synced"] + shard.counts["failed"] for shard in shards) == len(state.organizations)
    assert [int(bool(shard.named)) for shard in shards] == [shard.exit_status for shard in shards]
    largest = max(shard.counts["synced"] + shard.counts["failed"] for shard in shards)
    bound = BASE_BYTES + max(0, largest - BASE_ORGANIZATIONS) * BYTES_EACH
    peak = max(shard.peak_bytes for shard in shards)
    assert 0 < peak <= bound, f"{peak} bytes, {bound} allowed for {largest} organizations"
    assert state.violations == []


def main() -> None:
    """Prints one line a shard."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.soak", description=__doc__)
    parser.add_argument("--organizations", type=int, default=100_000)
    parser.add_argument("--shards", type=int, default=10)
    options = parser.parse_args()
    for index, shard in enumerate(soak(options.organizations, options.shards)):
        print(f"shard {index}: {shard.counts}, {shard.peak_bytes / 1e6:.1f} MB, exit status {shard.exit_status}")
    print("all synced or named")


if __name__ == "__main__":
    main()
