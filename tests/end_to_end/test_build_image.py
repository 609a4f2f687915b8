"""bin/build-image: from a commit to an image that Terraform gives to the jobs, and back."""

from __future__ import annotations

import sys

import pytest

from operations.images.labels import OCI
from sandbox.control_plane.world.world import Binding, Image
from tests.end_to_end.image_workplace import ImageWorkplace
from tests.support.gcloud import BUILD, DIGEST
from tests.support.operators_cloud import OPERATOR, image_name

STAGE, PROD = image_name("stage"), image_name("prod")
REVISION = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def tested(workplace: ImageWorkplace) -> str:
    """The digest of the image that stage's jobs run; prod's operator may see that."""
    digest = workplace.registry.push(STAGE.partition("/")[2], "x", {f"{OCI}.revision": REVISION}, b"layer")
    workplace.choose("stage", f"{STAGE}@{digest}")
    world = workplace.cloud.plane.world
    for job in world.jobs.values():
        if job.template.template.containers[0].image.startswith(STAGE):
            job.template.template.containers[0].image = f"{STAGE}@{digest}"
    operator = f"serviceAccount:{OPERATOR.format(project='cloudact-prod')}"
    world.bindings.add(Binding("projects/cloudact-testing-1", "roles/run.viewer", operator))
    return digest


def test_a_commit_becomes_an_image(workplace: ImageWorkplace) -> None:
    """FR-SJ-001.3, FR-SJ-001.4: the files of the commit, under its hash; only the result is on standard output."""
    revision, epoch = workplace.git("log", "-1", "--format=%H %ct").split()
    done = workplace.run("stage", CA_ROOT_API_KEY="canary")
    assert (done.status, done.output) == (0, f"{STAGE}@{DIGEST}\n")
    assert workplace.read_pin("stage") == f"{STAGE}@{DIGEST}"
    asked = workplace.read_asked()
    assert asked is not None
    assert asked["files"] == sorted(asked["files"])
    assert {"Dockerfile", "runtime/run.py", "migrations/01_organizations.sql"} <= set(asked["files"])
    assert asked["project"] == "cloudact-testing-1"
    expected = {"_ENV": "stage", "_TAG": revision, "COMMIT_SHA": revision, "_SOURCE": ""}
    assert asked["substitutions"] == {**expected, "_EPOCH": epoch, "_DEPENDENCIES_EPOCH": epoch}
    assert asked["account"] == workplace.cloud.variables["stage"]["GOOGLE_APPLICATION_CREDENTIALS"]
    assert "CA_ROOT_API_KEY" not in asked["variables"]
    assert "starting build" in done.errors
    assert f"build {BUILD} of commit {revision}" in done.errors


def test_a_shallow_clone_builds_nothing(workplace: ImageWorkplace) -> None:
    """Its layers would have other times than those of the same commit elsewhere."""
    (workplace.folder / ".git" / "shallow").write_text(workplace.git("rev-parse", "HEAD") + "\n", encoding="ascii")
    done = workplace.run("stage")
    assert (done.status, workplace.read_asked()) == (2, None)
    assert "this clone is shallow" in done.errors
    assert done.errors.strip().endswith("git fetch --unshallow")


def test_a_tag_can_be_chosen(workplace: ImageWorkplace) -> None:
    """For people; the jobs get the digest."""
    assert workplace.run("stage", "--tag", "v1.2").status == 0
    asked = workplace.read_asked()
    assert asked is not None
    assert asked["substitutions"]["_TAG"] == "v1.2"


@pytest.mark.parametrize("tag", ["latest", "a b"])
def test_a_tag_that_is_none_sends_nothing(tag: str, workplace: ImageWorkplace) -> None:
    """Nor does one that moves."""
    done = workplace.run("stage", "--tag", tag)
    assert (done.status, workplace.read_asked()) == (2, None)
    assert "_TAG is " in done.errors


@pytest.mark.parametrize("name", ["runtime/process/log.py", "runtime/new.py"])
def test_what_is_not_committed_is_not_built(name: str, workplace: ImageWorkplace) -> None:
    """The image would lack it, or be of no commit."""
    with (workplace.folder / name).open("a", encoding="utf-8") as file:
        file.write("\n")
    done = workplace.run("stage")
    assert (done.status, workplace.read_asked()) == (2, None)
    assert f"not committed, and so in no image: {name}" in done.errors


def test_the_file_that_it_writes_does_not_stop_the_next_build(workplace: ImageWorkplace) -> None:
    """It is for Terraform, and in no image."""
    assert workplace.run("stage").status == 0
    assert workplace.run("stage").status == 0


def test_a_build_that_failed_changes_nothing(workplace: ImageWorkplace) -> None:
    """The jobs keep their image."""
    workplace.end_builds("FAILURE")
    done = workplace.run("stage")
    assert (done.status, done.output, workplace.read_pin("stage")) == (1, "", None)
    reason = f"build {BUILD} ended as FAILURE (step self-check failed); nothing was pushed"
    assert done.errors.endswith(f"build-image: {reason} - https://console.example/log\n")


def test_a_log_that_cannot_be_read_is_no_end_of_the_build(workplace: ImageWorkplace) -> None:
    """A warning; how the build ended is asked for anyway."""
    workplace.deny_log()
    done = workplace.run("stage")
    assert (done.status, workplace.read_pin("stage")) == (0, f"{STAGE}@{DIGEST}")
    assert "`gcloud builds log` failed - its message is above; waiting for the build's end without it" in done.errors


def test_what_gcloud_refuses_is_passed_on(workplace: ImageWorkplace) -> None:
    """In its own words, then one line of ours."""
    workplace.end_builds("DENIED")
    done = workplace.run("stage")
    assert done.status == 1
    assert done.errors.endswith("build-image: `gcloud builds submit` failed - its message is above\n")


def test_without_gcloud_it_says_what_is_missing(workplace: ImageWorkplace) -> None:
    """And what can be done without."""
    (workplace.tools / "gcloud").unlink()
    for name in ("sh", "readlink", "dirname", "git"):
        (workplace.tools / name).symlink_to(f"/usr/bin/{name}")
    python = workplace.tools / "python3"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    done = workplace.run("stage", PATH=str(workplace.tools))
    assert (done.status, done.output) == (2, "")
    assert "gcloud is not on the PATH, and building needs it - install" in done.errors
    assert done.errors.endswith("--from and --use do without\n")


@pytest.mark.parametrize(
    ("way", "answer"), [((), ""), (("--from", "stage"), "no\n"), (("--use", "sha256:1111"), "y\n")]
)
def test_prod_is_not_changed_without_a_yes(
    way: tuple[str, ...], answer: str, workplace: ImageWorkplace, tested: str
) -> None:
    """NFR-SJ-002.4: built, promoted or chosen."""
    workplace.cloud.plane.world.images.append(Image(PROD, "sha256:" + "1" * 64))
    done = workplace.run("prod", *way, answer=answer)
    assert (done.status, done.output, workplace.read_pin("prod")) == (1, "", None)
    assert "prod is unchanged" in done.errors
    assert workplace.read_asked() is None
    assert workplace.registry.find_digest(PROD.partition("/")[2], tested) is None


def test_prod_gets_what_stage_runs(workplace: ImageWorkplace, tested: str) -> None:
    """The same digest in another project, tagged with its commit; nothing is built."""
    done = workplace.run("prod", "--from", "stage", answer="yes\n")
    assert (done.status, done.output) == (0, f"{PROD}@{tested}\n"), done.errors
    assert workplace.read_pin("prod") == f"{PROD}@{tested}"
    assert workplace.registry.find_digest(PROD.partition("/")[2], REVISION) == tested
    assert workplace.read_asked() is None


def test_what_stage_does_not_run_is_not_promoted(workplace: ImageWorkplace, tested: str) -> None:
    """It was built, and never applied: nobody has tested it."""
    workplace.cloud.job("stage", "alerts").template.template.containers[0].image = f"{STAGE}@{DIGEST}"
    done = workplace.run("prod", "--from", "stage", answer="yes\n")
    assert (done.status, workplace.read_pin("prod")) == (1, None)
    assert f"stage is to run {STAGE}@{tested}, but runs" in done.errors
    assert "bin/create-all-jobs stage" in done.errors


@pytest.mark.parametrize("source", ["prod", "test", "local"])
def test_only_an_environment_with_an_image_can_be_promoted(source: str, workplace: ImageWorkplace) -> None:
    """Not itself, not one that has none, not one that does not exist."""
    done = workplace.run("prod", "--from", source, answer="yes\n")
    assert (done.status, workplace.read_pin("prod")) == (2, None)


def test_an_earlier_image_is_chosen_again(workplace: ImageWorkplace) -> None:
    """A roll-back: by the beginning of the digest, from the list."""
    earlier = "sha256:" + "1" * 64
    workplace.cloud.plane.world.images.append(Image(PROD, earlier, ("v0",)))
    listed = workplace.run("prod", "--use")
    assert listed.status == 0
    assert f"{earlier}  " in listed.output
    done = workplace.run("prod", "--use", "1111", answer="yes\n")
    assert (done.status, done.output) == (0, f"{PROD}@{earlier}\n")
    assert workplace.read_pin("prod") == f"{PROD}@{earlier}"
    assert "v0  <- chosen" in workplace.run("prod", "--use").output


def test_a_digest_that_is_none_of_the_last_lists_them(workplace: ImageWorkplace) -> None:
    """Nothing is chosen."""
    done = workplace.run("stage", "--use", "9999")
    assert (done.status, workplace.read_pin("stage")) == (2, None)
    assert "none of the last 1 images begins with 9999 - choose one of:\n  sha256:" in done.errors


@pytest.mark.parametrize("arguments", [("local",), ("staging", "--use"), ("stage", "--tag", "x", "--use")])
def test_wrong_usage_sends_nothing(arguments: tuple[str, ...], workplace: ImageWorkplace) -> None:
    """FR-SJ-002.5: `local` is no environment."""
    done = workplace.run(*arguments)
    assert (done.status, done.output, workplace.read_asked()) == (2, "", None)
    assert "Traceback" not in done.errors
