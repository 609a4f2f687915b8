"""Addresses in Google's console."""

from __future__ import annotations

from operations.cloud.executions import Execution
from runtime.config.environment import Environment
from runtime.config.job import Job

CONSOLE = "https://console.cloud.google.com"


def execution_url(environment: Environment, execution: Execution) -> str:
    """An execution, with its log."""
    place = f"{environment.region}/{execution.name}"
    return f"{CONSOLE}/run/jobs/executions/details/{place}?project={environment.project}"


def job_url(environment: Environment, job: Job) -> str:
    """A job, with its history."""
    place = f"{environment.region}/{environment.job_name(job)}"
    return f"{CONSOLE}/run/jobs/details/{place}/executions?project={environment.project}"


def dashboards_url(environment: Environment) -> str:
    """The project's dashboards, of which Terraform made one for the environment."""
    return f"{CONSOLE}/monitoring/dashboards?project={environment.project}"
