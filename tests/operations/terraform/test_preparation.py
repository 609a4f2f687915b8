"""--prepare: what the jobs need, made if it is missing and taken over if it exists."""

from __future__ import annotations

import json

import pytest

from sandbox.terraform.estate import choose_image, fill_projects, image_of
from tests.support.done import Done
from tests.support.workplace import Workplace

NEXT_STEPS = """\
  IFS= read -rs VALUE && printf %s "$VALUE" | gcloud secrets versions add ca-root-api-key-test --project=cloudact-testing-1 --data-file=-
  IFS= read -rs VALUE && printf %s "$VALUE" | gcloud secrets versions add supabase-access-token-test --project=cloudact-testing-1 --data-file=-
  bin/build-image stage
  bin/create-all-jobs stage
"""  # noqa: E501
OBJECTS = (
    "cloudact-testing-1-terraform-state",
    "projects/cloudact-testing-1/locations/us/repositories/gcr.io",
    "projects/cloudact-testing-1/secrets/ca-root-api-key-test",
    "projects/cloudact-testing-1/secrets/supabase-access-token-test",
)


def assert_advised(done: Done) -> None:
    assert done.status == 1
    problem = "create-all-jobs: stage lacks something its jobs need: Terraform's message above names it"
    remedy = "run what is missing of:\n  bin/create-all-jobs stage --prepare\n"
    assert done.errors.endswith(f"{problem} - {remedy}{NEXT_STEPS}")


def test_an_empty_project_gets_bucket_apis_registry_and_secrets(workplace: Workplace) -> None:
    """And the operator is told how to add what Terraform must not know."""
    done = workplace.run("create-all-jobs", "stage", "--prepare")
    assert (done.status, done.errors) == (0, "")
    assert [f"makes {name}" for name in OBJECTS] == [line.strip() for line in done.output.splitlines()[:4]]
    assert done.output.endswith(NEXT_STEPS)
    made = {kind: len(objects) for kind, objects in json.loads(workplace.read_cloud())["resources"].items() if objects}
    assert made == {
        "google_artifact_registry_repository": 1,
        "google_project_service": 11,
        "google_secret_manager_secret": 2,
        "google_storage_bucket": 1,
    }


def test_what_others_have_made_is_taken_over_unchanged(prepared: Workplace) -> None:
    """An older installation has bucket, registry and secrets; this Terraform has no state of them.

    The bucket lies in another location, without versions: Terraform could only replace it, with all states in it. A
    secret has another replication, which only a new secret could change: the values would be lost.
    """
    regions = {
        "auto": [],
        "user_managed": [{"replicas": [{"location": "us-east1", "customer_managed_encryption": []}]}],
    }
    kept = {"replication": [regions], "labels": {"team": "platform"}, "annotations": {"owner": "ops"}}
    with prepared.world.change() as cloud:
        made = {"name": OBJECTS[0], "location": "US", "project": "cloudact-testing-1", "storage_class": "NEARLINE"}
        cloud.put("google_storage_bucket", OBJECTS[0], made)
        cloud.resources["google_secret_manager_secret"][OBJECTS[2]] |= kept
    before = prepared.read_cloud()
    (prepared.root("stage") / "terraform.tfstate").unlink()
    done = prepared.run("create-all-jobs", "stage", "--prepare")
    assert (done.status, done.errors) == (0, "")
    assert [f"found {name}" for name in OBJECTS] == [line.strip() for line in done.output.splitlines()[:4]]
    assert before == prepared.read_cloud()


def test_to_prepare_twice_changes_nothing(prepared: Workplace) -> None:
    before = prepared.read_cloud()
    done = prepared.run("create-all-jobs", "stage", "--prepare")
    assert (done.status, done.errors) == (0, "")
    assert before == prepared.read_cloud()


def test_a_registry_that_others_have_made_keeps_their_settings(prepared: Workplace) -> None:
    """Its key above all, which only a new registry could lose; but the clean-up of old images is made ours."""
    kept = {
        "cleanup_policy_dry_run": True,
        "description": "All images of the platform",
        "docker_config": [{"immutable_tags": True}],
        "kms_key_name": "projects/p/locations/us/keyRings/r/cryptoKeys/k",
        "labels": {"team": "platform"},
    }
    with prepared.world.change() as cloud:
        registry = cloud.resources["google_artifact_registry_repository"][OBJECTS[1]]
        registry |= kept | {"effective_labels": kept["labels"], "cleanup_policies": []}
    (prepared.root("stage") / "terraform.tfstate").unlink()
    done = prepared.run("create-all-jobs", "stage", "--prepare")
    assert (done.status, done.errors) == (0, "")
    registry = prepared.world.load().resources["google_artifact_registry_repository"][OBJECTS[1]]
    assert kept == {name: registry[name] for name in kept}
    assert {"delete-old-job-images", "keep-recent-job-images"} == {each["id"] for each in registry["cleanup_policies"]}


def test_stage_prepares_the_project_that_test_shares(workplace: Workplace) -> None:
    done = workplace.run("create-all-jobs", "test", "--prepare")
    assert (done.status, done.output) == (2, "")
    assert done.errors == (
        "create-all-jobs: test shares cloudact-testing-1, which stage prepares for both"
        " - bin/create-all-jobs stage --prepare\n"
    )


def test_prod_is_not_prepared_without_a_yes(workplace: Workplace) -> None:
    before = workplace.read_cloud()
    done = workplace.run("create-all-jobs", "prod", "--prepare", answer="no\n")
    assert (done.status, done.output) == (1, "")
    assert before == workplace.read_cloud()


def test_jobs_before_anything_is_there_fail_with_the_advice_that_prepare_gives(workplace: Workplace) -> None:
    """No image was ever chosen."""
    assert_advised(workplace.run("create-all-jobs", "stage"))


@pytest.mark.parametrize("missing", ["image", "secret version"])
def test_jobs_before_their_time_fail_with_the_advice_that_prepare_gives(missing: str, prepared: Workplace) -> None:
    """An image that is not there, a secret without a value."""
    choose_image(prepared.root("stage"), image_of("stage"))
    if missing == "image":
        fill_projects(prepared.world)
        with prepared.world.change() as cloud:
            cloud.images.clear()
    assert_advised(prepared.run("create-all-jobs", "stage"))
