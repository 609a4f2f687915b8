"""The alerts in a plan, and the series that their queries read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sandbox.terraform.estate import ENVIRONMENTS, JOBS, list_resources
from tests.terraform.promtool import Runs


def policies_of(plan: Any, kind: str) -> dict[str, Any]:
    """The alert policies of a kind, by job."""
    found = list_resources(plan, "google_monitoring_alert_policy").items()
    return {values["user_labels"]["job"]: values for address, values in found if f".{kind}[" in address}


def query_of(plan: Any, kind: str, job: str) -> str:
    return str(policies_of(plan, kind)[job]["conditions"][0]["condition_prometheus_query_language"][0]["query"])


def runs_of(job: str, moments: Sequence[datetime], result: str = "succeeded", environment: str = "prod") -> Runs:
    chosen = ENVIRONMENTS[environment]
    labels = {
        "monitored_resource": "cloud_run_job",
        "project_id": chosen["project"],
        "location": chosen["region"],
        "job_name": f"{chosen['name_prefix']}-{JOBS[job]['cloud_run_job']}",
        "result": result,
    }
    return Runs(labels, moments)
