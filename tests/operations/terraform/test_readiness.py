"""Terraform's messages are recognized however it prints them, and only those that advice helps against."""

from __future__ import annotations

import fcntl
import json
import subprocess
from pathlib import Path

import pytest

from operations.terraform.readiness import NotPrepared, explain_failure
from operations.terraform.run import Terraform, TerraformFailed
from runtime.config.catalog import load_catalog
from runtime.process.errors import JobError
from tests.support.workplace import Workplace

CATALOG = load_catalog()


def explain(output: str, name: str = "stage") -> JobError:
    failure = TerraformFailed("apply", Path("somewhere"), output)
    return explain_failure(failure, Terraform(Path("somewhere")), CATALOG, CATALOG.environment(name))


@pytest.mark.parametrize(
    "output",
    [
        "Error: Failed to get existing workspaces: querying Cloud Storage failed: storage: bucket doesn't exist",
        "\x1b[31m│\x1b[0m querying Cloud Storage failed: storage: bucket\n\x1b[31m│\x1b[0m doesn't exist\n",
        "Error code 5, message: Image 'gcr.io/p/cloudact-jobs-stage@sha256:5' not found.",
        "Error code 5, message: Secret projects/1/secrets/ca-root-api-key-test/versions/latest was not found",
        "Error 404: Secret projects/1/secrets/ca-root-api-key-test not found.",
        "There is no image to\nrun yet. bin/create-all-jobs stage --prepare makes what it needs",
    ],
)
def test_whatever_preparation_makes_leads_to_the_advice(output: str) -> None:
    advice = explain(output)
    assert isinstance(advice, NotPrepared)
    assert advice.exit_status == 1
    assert "\n  bin/create-all-jobs stage --prepare\n" in advice.remedy


def test_tests_advice_names_the_environment_that_prepares_its_project() -> None:
    advice = explain("storage: bucket doesn't exist", "test")
    assert "\n  bin/create-all-jobs stage --prepare\n" in advice.remedy
    assert advice.remedy.endswith("\n  bin/build-image test\n  bin/create-all-jobs test")


def test_a_state_that_another_run_holds_names_the_run_and_how_to_free_it(workplace: Workplace) -> None:
    """Terraform's own message: a run that was killed leaves its lock in the bucket, and nobody else frees it."""
    state, lock = (workplace.root("stage") / name for name in ("terraform.tfstate", ".terraform.tfstate.lock.info"))
    held = {"ID": "17b0", "Operation": "OperationTypeApply", "Who": "ann@laptop", "Created": "2026-03-30T12:00:01.5Z"}
    lock.write_text(json.dumps(held), encoding="utf-8")
    workplace.run_terraform("stage", "init")
    with state.open("w") as file:
        fcntl.lockf(file, fcntl.LOCK_EX)
        refused = subprocess.run(
            ("terraform", "plan", "-input=false", "-lock-timeout=0s", "-var-file=stage.tfvars"),
            cwd=workplace.root("stage"),
            env=workplace.environment,
            capture_output=True,
            text=True,
            check=False,
        )
    advice = explain(refused.stderr)
    assert advice.problem == "stage is unchanged: ann@laptop is at work on it since 2026-03-30 12:00:01 (UTC)"
    assert advice.remedy.splitlines() == [
        "wait; if that run was killed:",
        "  terraform -chdir=terraform/environments/stage force-unlock 17b0",
        "  bin/create-all-jobs stage",
    ]


@pytest.mark.parametrize("output", ["Error 403: Permission denied", "Error: Unsupported argument", ""])
def test_any_other_failure_stays_what_it_is(output: str) -> None:
    failure = explain(output)
    assert isinstance(failure, TerraformFailed)
    assert str(failure) == "terraform apply failed in somewhere - its message is above"
