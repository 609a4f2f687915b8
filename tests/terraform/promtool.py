"""Made-up months for Prometheus' own rule tester: did the query fire at this moment, given these runs?"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

# promtool's clock starts here; Cloud Run's metric has a sample a minute.
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SAMPLE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Runs:
    """The completed executions of one job with one result, as Cloud Monitoring counts them."""

    labels: Mapping[str, str]
    moments: Sequence[datetime]

    def describe(self) -> dict[str, str]:
        """An input series. It begins with the first execution, from zero: a delta metric knows when it starts."""
        ticks = sorted(-((EPOCH - moment) // SAMPLE) for moment in self.moments)
        values, now = [], 0
        for count, tick in enumerate(ticks):
            values.append(f"{count}x{tick - now - 1}" if count else f"_x{tick - 1} 0")
            now = tick
        values.append(f"{len(ticks)}x{31 * 24 * 60}")
        labels = ",".join(f'{name}="{value}"' for name, value in self.labels.items())
        return {"series": f"run_googleapis_com:job_completed_execution_count{{{labels}}}", "values": " ".join(values)}


def find_wrong_moments(query: str, runs: Sequence[Runs], expected: Mapping[datetime, bool], folder: Path) -> str:
    """What promtool has against the expectation that the query fires, or does not, at each moment; "" if nothing."""
    document = {
        "evaluation_interval": "5m",
        "tests": [
            {
                "interval": "1m",
                "input_series": [run.describe() for run in runs if run.moments],
                "promql_expr_test": [_expect(query, moment, fires) for moment, fires in expected.items()],
            }
        ],
    }
    path = folder / "runs.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return run_promtool("test", "rules", str(path))


def find_wrong_values(
    query: str, runs: Sequence[Runs], moment: datetime, expected: Mapping[str, float], folder: Path
) -> str:
    """What promtool has against the expectation that the query has these values then, by job; "" if nothing."""
    samples = [{"labels": f'{{job_name="{name}"}}', "value": value} for name, value in expected.items()]
    document = {
        "evaluation_interval": "5m",
        "tests": [
            {
                "interval": "1m",
                "input_series": [run.describe() for run in runs],
                "promql_expr_test": [{"expr": query, "eval_time": _since_epoch(moment), "exp_samples": samples}],
            }
        ],
    }
    path = folder / "values.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return run_promtool("test", "rules", str(path))


def find_syntax_errors(queries: Sequence[str], folder: Path) -> str:
    """What promtool has against the queries as alerting rules; "" if nothing."""
    rules = [{"alert": f"Query{index}", "expr": query} for index, query in enumerate(queries)]
    path = folder / "rules.json"
    path.write_text(json.dumps({"groups": [{"name": "queries", "rules": rules}]}), encoding="utf-8")
    return run_promtool("check", "rules", str(path))


def run_promtool(*arguments: str) -> str:
    """Its complaints; "" if there are none."""
    if shutil.which("promtool") is None:
        pytest.fail("promtool is needed to test the alerts: apt-get install --no-install-recommends prometheus")
    done = subprocess.run(("promtool", *arguments), capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else " ".join((done.stdout + done.stderr).split())


def _expect(query: str, moment: datetime, fires: bool) -> dict[str, Any]:
    return {
        "expr": f"count({query})",
        "eval_time": _since_epoch(moment),
        "exp_samples": [{"labels": "{}", "value": 1}] if fires else [],
    }


def _since_epoch(moment: datetime) -> str:
    return f"{(moment - EPOCH) // timedelta(seconds=1)}s"
