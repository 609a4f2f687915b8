"""The jobs and triggers of each environment, each as the catalog wants it."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.terraform.estate import DIGEST, ENVIRONMENTS, JOBS, NAMES, image_of, list_resources
from tests.terraform.expected import SCHEDULED, full_name, trigger_name

pytestmark = pytest.mark.parametrize("environment", NAMES)


def jobs_of(plan: Any) -> dict[str, Any]:
    return {job["template"][0]["template"][0]["containers"][0]["args"][0]: job
            for job in list_resources(plan, "google_cloud_run_v2_job").values()}  # fmt: skip


def task_of(job: Any) -> Any:
    return job["template"][0]["template"][0]


def test_every_job_has_its_name(environment: str, plans: dict[str, Any]) -> None:
    """FR-SJ-001.1."""
    expected = {name: full_name(environment, name) for name in JOBS}
    assert expected == {name: job["name"] for name, job in jobs_of(plans[environment]).items()}


def test_every_trigger_has_its_name_and_its_cron_in_utc(environment: str, plans: dict[str, Any]) -> None:
    """FR-SJ-001.2, FR-SJ-003.1 to .4, FR-SJ-004.1."""
    expected = {trigger_name(environment, name): (job["cron"], "Etc/UTC") for name, job in SCHEDULED.items()}
    triggers = list_resources(plans[environment], "google_cloud_scheduler_job").values()
    assert expected == {trigger["name"]: (trigger["schedule"], trigger["time_zone"]) for trigger in triggers}


def test_timeouts_and_retries_are_the_catalogs(environment: str, plans: dict[str, Any]) -> None:
    """A retry of some jobs would repeat what must not be repeated."""
    expected = {name: (f"{job['timeout_seconds']}s", job["max_retries"]) for name, job in JOBS.items()}
    tasks = {name: task_of(job) for name, job in jobs_of(plans[environment]).items()}
    assert expected == {name: (task["timeout"], task["max_retries"]) for name, task in tasks.items()}


def test_every_job_has_the_catalogs_resources(environment: str, plans: dict[str, Any]) -> None:
    expected = {name: {"cpu": job["cpu"], "memory": job["memory"]} for name, job in JOBS.items()}
    containers = {name: task_of(job)["containers"][0] for name, job in jobs_of(plans[environment]).items()}
    assert expected == {name: container["resources"][0]["limits"] for name, container in containers.items()}


def test_tasks_are_the_catalogs_and_run_side_by_side(environment: str, plans: dict[str, Any]) -> None:
    """If there is one task, nothing limits how many `run-job --tasks N` makes run at once."""
    tasks = {name: job["tasks"][environment] for name, job in JOBS.items()}
    expected = {name: (count, count if count > 1 else None) for name, count in tasks.items()}
    templates = {name: job["template"][0] for name, job in jobs_of(plans[environment]).items()}
    assert expected == {n: (template["task_count"], template.get("parallelism")) for n, template in templates.items()}


def test_every_job_runs_the_one_image_by_digest(environment: str, plans: dict[str, Any]) -> None:
    """FR-SJ-001.3: Cloud Run would resolve a tag anew at each execution."""
    images = {task_of(job)["containers"][0]["image"] for job in jobs_of(plans[environment]).values()}
    assert images == {image_of(environment)}
    assert image_of(environment).endswith(DIGEST)


def test_a_job_is_started_by_its_short_name(environment: str, plans: dict[str, Any]) -> None:
    """The command is the image's entry point, said again so that no image can change it."""
    containers = {name: task_of(job)["containers"][0] for name, job in jobs_of(plans[environment]).items()}
    assert set(JOBS) == set(containers)
    assert {("python", "-I", "-S", "/app/__main__.py")} == {
        tuple(container["command"]) for container in containers.values()
    }
    assert {name: [name] for name in JOBS} == {name: container["args"] for name, container in containers.items()}


def test_the_environment_variables_are_those_of_the_process_interface(environment: str, plans: dict[str, Any]) -> None:
    """Besides the secrets, which each execution reads anew, nothing differs between jobs but the timeout."""
    project, suffix = ENVIRONMENTS[environment]["project"], ENVIRONMENTS[environment]["secret_suffix"]
    for name, job in jobs_of(plans[environment]).items():
        variables = {v["name"]: v["value"] or v["value_source"] for v in task_of(job)["containers"][0]["env"]}
        expected: dict[str, Any] = {
            "GCP_PROJECT_ID": project,
            "ENVIRONMENT": environment,
            "JOB_TIMEOUT_SECONDS": str(JOBS[name]["timeout_seconds"]),
        }
        for secret in JOBS[name]["secrets"]:
            reference = {"secret": secret.lower().replace("_", "-") + suffix, "version": "latest"}
            expected[secret] = [{"secret_key_ref": [reference]}]
        assert expected == variables


def test_labels_tell_job_and_environment(environment: str, plans: dict[str, Any]) -> None:
    """On the job and on its executions."""
    for name, job in jobs_of(plans[environment]).items():
        expected = {"application": "cloudact-jobs", "environment": environment, "job": name}
        assert expected == job["labels"]
        assert expected == job["template"][0]["labels"]


def test_jobs_are_protected_from_deletion_if_the_environment_is(environment: str, plans: dict[str, Any]) -> None:
    protected = ENVIRONMENTS[environment]["protected"]
    assert {protected} == {job["deletion_protection"] for job in jobs_of(plans[environment]).values()}


def test_triggers_are_made_paused_if_the_environments_are(environment: str, plans: dict[str, Any]) -> None:
    """Test's: stage's triggers serve the API that both share."""
    triggers = list_resources(plans[environment], "google_cloud_scheduler_job").values()
    assert {ENVIRONMENTS[environment]["triggers_paused"]} == {trigger["paused"] for trigger in triggers}


def test_a_trigger_starts_its_job_with_an_access_token(environment: str, states: dict[str, Any]) -> None:
    """The Run API takes no OIDC token, and the start has no body: no override."""
    project, region = ENVIRONMENTS[environment]["project"], ENVIRONMENTS[environment]["region"]
    triggers = list_resources(states[environment], "google_cloud_scheduler_job").values()
    targets = {trigger["name"]: trigger["http_target"][0] for trigger in triggers}
    jobs = f"https://run.googleapis.com/v2/projects/{project}/locations/{region}/jobs"
    expected = {trigger_name(environment, name): f"{jobs}/{full_name(environment, name)}:run" for name in SCHEDULED}
    assert expected == {name: target["uri"] for name, target in targets.items()}
    for target in targets.values():
        account = f"{ENVIRONMENTS[environment]['name_prefix']}-triggers@{project}.iam.gserviceaccount.com"
        assert account == target["oauth_token"][0]["service_account_email"]
        assert (target["http_method"], target["oidc_token"], target["body"]) == ("POST", [], None)
