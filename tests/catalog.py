"""jobs.json and environments.json as data: what tests expect, never read through the product's own functions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
JOBS: dict[str, Any] = {job["name"]: job for job in json.loads((ROOT / "jobs.json").read_text())["jobs"]}
ENVIRONMENTS: dict[str, Any] = json.loads((ROOT / "environments.json").read_text())
SCHEDULED = [name for name, job in JOBS.items() if job["cron"]]
DAILY = [name for name in SCHEDULED if JOBS[name]["kind"] == "daily"]
MONTHLY = [name for name in SCHEDULED if JOBS[name]["kind"] == "monthly"]
# Cloud Run tries these again; the others must not be repeated by themselves.
REPEATED = [name for name in DAILY if JOBS[name]["max_retries"]]
# The jobs of a release, in their order.
RELEASED = sorted((name for name in JOBS if JOBS[name]["release_step"]), key=lambda name: JOBS[name]["release_step"])
