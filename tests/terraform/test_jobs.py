"""Eight jobs and five triggers per environment, each as the contract wants it."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.terraform.estate import DIGEST, ENVIRONMENTS, JOBS, NAMES, image_of, list_resources

# Written down apart from jobs.json, so that a slip there is noticed: full name without prefix, minutes, retries, cron.
CONTRACT = {
    "migrate": ("manual-supabase-migrate", 15, 0, None),
    "bootstrap": ("manual-bootstrap", 30, 1, None),
    "org-sync-all": ("manual-org-sync-all", 60, 1, None),
    "quota-reset": ("daily-quota-reset", 15, 1, "0 0 * * *"),
    "quota-cleanup": ("daily-quota-cleanup", 30, 1, "0 1 * * *"),
    "stale-cleanup": ("daily-stale-cleanup", 10, 1, "0 2 * * *"),
    "alerts": ("daily-alerts", 30, 0, "0 8 * * *"),
    "quota-monthly": ("monthly-quota-reset", 15, 1, "5 0 1 * *"),
}
PREFIXES = {"test": "cloudact-test", "stage": "cloudact", "prod": "cloudact"}
SCHEDULED = {name: facts for name, facts in CONTRACT.items() if facts[3]}

pytestmark = pytest.mark.parametrize("environment", NAMES)


def jobs_of(plan: Any) -> dict[str, Any]:
    return {job["template"][0]["template"][0]["containers"][0]["args"][0]: job
            for job in list_resources(plan, "google_cloud_run_v2_job").values()}  # fmt: skip


def task_of(job: Any) -> Any:
    return job["template"][0]["template"][0]


def test_eight_jobs_have_the_contracts_names(environment: str, plans: dict[str, Any]) -> None:
    """FR-SJ-001.1."""
    expected = {name: f"{PREFIXES[environment]}-{facts[0]}" for name, facts in CONTRACT.items()}
    assert expected == {name: job["name"] for name, job in jobs_of(plans[environment]).items()}


def test_five_triggers_have_the_contracts_names_and_crons_in_utc(environment: str, plans: dict[str, Any]) -> None:
    """FR-SJ-001.2, FR-SJ-003.1 to .4, FR-SJ-004.1."""
    expected = {f"{PREFIXES[environment]}-{facts[0]}-trigger": (facts[3], "Etc/UTC") for facts in SCHEDULED.values()}
    triggers = list_resources(plans[environment], "google_cloud_scheduler_job").values()
    assert expected == {trigger["name"]: (trigger["schedule"], trigger["time_zone"]) for trigger in triggers}


def test_timeouts_and_retries_are_the_contracts(environment: str, plans: dict[str, Any]) -> None:
    """A retry of migrate or alerts would repeat what must not be repeated."""
    expected = {name: (f"{facts[1] * 60}s", facts[2]) for name, facts in CONTRACT.items()}
    tasks = {name: task_of(job) for name, job in jobs_of(plans[environment]).items()}
    assert expected == {name: (task["timeout"], task["max_retries"]) for name, task in tasks.items()}


def test_every_job_has_the_platforms_least_resources(environment: str, plans: dict[str, Any]) -> None:
    """One CPU and 512Mi: nothing measured needs more."""
    containers = [task_of(job)["containers"][0] for job in jobs_of(plans[environment]).values()]
    assert [container["resources"][0]["limits"] for container in containers] == [{"cpu": "1", "memory": "512Mi"}] * 8


def test_tasks_are_the_catalogs_and_run_side_by_side(environment: str, plans: dict[str, Any]) -> None:
    """Where there is one task nothing limits how many `run-job --tasks N` makes run at once."""
    expected = {name: (job["tasks"][environment], None) for name, job in JOBS.items()}
    templates = {name: job["template"][0] for name, job in jobs_of(plans[environment]).items()}
    assert {1} == {job["tasks"][environment] for job in JOBS.values()}
    assert expected == {n: (template["task_count"], template.get("parallelism")) for n, template in templates.items()}


def test_every_job_runs_the_one_image_by_digest(environment: str, plans: dict[str, Any]) -> None:
    """FR-SJ-001.3: Cloud Run would resolve a tag anew at each execution."""
    images = {task_of(job)["containers"][0]["image"] for job in jobs_of(plans[environment]).values()}
    assert images == {image_of(environment)}
    assert image_of(environment).endswith(DIGEST)


def test_a_job_is_started_by_its_short_name(environment: str, plans: dict[str, Any]) -> None:
    """The command is the image's entry point, said again so that no image can change it."""
    containers = {name: task_of(job)["containers"][0] for name, job in jobs_of(plans[environment]).items()}
    assert set(CONTRACT) == set(containers)
    assert {("python", "-I", "-S", "/app/__main__.py")} == {
        tuple(container["command"]) for container in containers.values()
    }
    assert {name: [name] for name in CONTRACT} == {name: container["args"] for name, container in containers.items()}


def test_the_environment_variables_are_those_of_the_process_interface(environment: str, plans: dict[str, Any]) -> None:
    """Besides the secrets, which each execution reads anew, nothing differs between jobs but the timeout."""
    project, suffix = ENVIRONMENTS[environment]["project"], ENVIRONMENTS[environment]["secret_suffix"]
    for name, job in jobs_of(plans[environment]).items():
        variables = {v["name"]: v["value"] or v["value_source"] for v in task_of(job)["containers"][0]["env"]}
        expected: dict[str, Any] = {
            "GCP_PROJECT_ID": project,
            "ENVIRONMENT": environment,
            "JOB_TIMEOUT_SECONDS": str(CONTRACT[name][1] * 60),
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


def test_only_prods_jobs_are_protected_from_deletion(environment: str, plans: dict[str, Any]) -> None:
    assert {environment == "prod"} == {job["deletion_protection"] for job in jobs_of(plans[environment]).values()}


def test_only_tests_triggers_are_made_paused(environment: str, plans: dict[str, Any]) -> None:
    """Stage's triggers serve the API that both share."""
    triggers = list_resources(plans[environment], "google_cloud_scheduler_job").values()
    assert {environment == "test"} == {trigger["paused"] for trigger in triggers}


def test_a_trigger_starts_its_job_with_an_access_token(environment: str, states: dict[str, Any]) -> None:
    """The Run API takes no OIDC token, and the start has no body: no override."""
    project, prefix = ENVIRONMENTS[environment]["project"], PREFIXES[environment]
    triggers = list_resources(states[environment], "google_cloud_scheduler_job").values()
    targets = {trigger["name"]: trigger["http_target"][0] for trigger in triggers}
    jobs = f"https://run.googleapis.com/v2/projects/{project}/locations/us-central1/jobs"
    assert {f"{prefix}-{facts[0]}-trigger": f"{jobs}/{prefix}-{facts[0]}:run" for facts in SCHEDULED.values()} == {
        name: target["uri"] for name, target in targets.items()
    }
    for target in targets.values():
        account = f"{prefix}-triggers@{project}.iam.gserviceaccount.com"
        assert account == target["oauth_token"][0]["service_account_email"]
        assert (target["http_method"], target["oidc_token"], target["body"]) == ("POST", [], None)
