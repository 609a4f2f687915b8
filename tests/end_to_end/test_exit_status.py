"""bin/run-job ends with the job's real result: one status for each way in which an execution can end."""

from __future__ import annotations

import json

import pytest
from google.protobuf.duration_pb2 import Duration

from tests.end_to_end.play import Play, Step, summary
from tests.support.done import Done


def run(play: Play, *command: str) -> Done:
    """Runs a job without retries, so that each way to end takes one attempt."""
    play.cloud.job("stage", "migrate").template.template.max_retries = 0
    return play.cloud.run("run-job", "stage", "migrate", *command)


@pytest.mark.parametrize(
    ("steps", "status", "word"),
    [
        ([summary()], 0, "done"),
        ([summary("skipped", reason="another one is at it")], 0, "skipped"),
        ([summary("pending", reason="2 files")], 3, "pending"),
        ([summary("drifted", reason="01_a.sql changed")], 3, "drifted"),
        ([summary("failed", error="no"), 1], 1, "failed"),
        ([summary("failed", error="MIGRATIONS_DIR"), 2], 2, "failed"),
        ([summary("incomplete", error="503"), 75], 75, "incomplete"),
        ([-9], 137, "killed"),
    ],
    ids=["done", "skipped", "pending", "drifted", "failed", "refused", "gave-up", "killed"],
)
def test_the_exit_status_is_the_jobs_own(play: Play, steps: list[Step], status: int, word: str) -> None:
    """A report of something pending or drifted is a 3."""
    play.set(*steps)
    done = run(play, "--json")
    document = json.loads(done.output)
    (result,) = document["jobs"]
    assert (status, word) == (done.status, result["status"])
    assert (status, "stage", "migrate") == (result["exit_status"], document["environment"], result["job"])


def test_a_job_that_ran_into_its_timeout_is_124(play: Play) -> None:
    """Cloud Run's SIGTERM is the job's 143 and its timeout this command's 124."""
    play.set("wait")
    play.cloud.job("stage", "migrate").template.template.timeout = Duration(seconds=1)
    done = run(play)
    assert done.status == 124
    assert "migrate in stage: timed out" in done.output


def test_a_cancelled_job_is_143_for_all_who_follow_it(play: Play) -> None:
    """One operator starts, a second one cancels, the first one is told."""
    play.set({"event": "ready"}, "wait")
    started = run(play, "--async", "--json")
    execution = json.loads(started.output)["jobs"][0]["execution"]
    cancelled = play.cloud.run("run-job", "stage", "migrate", "--cancel", execution)
    assert (0, "") == (cancelled.status, cancelled.output)
    followed = play.cloud.run("run-job", "stage", "migrate", "--follow", execution)
    assert followed.status == 143
    assert "migrate in stage: cancelled" in followed.output
    again = play.cloud.run("run-job", "stage", "migrate", "--cancel", execution)
    assert again.status == 1
    result = f"its result: bin/run-job stage migrate --follow {execution}"
    assert again.errors == f"run-job: {execution} has ended already - {result}\n"


def test_an_execution_that_never_started_is_126_and_says_why(play: Play) -> None:
    """The container needs a secret that its account may no longer read."""
    world = play.cloud.plane.world
    world.bindings -= {binding for binding in world.bindings if binding.role == "roles/secretmanager.secretAccessor"}
    done = run(play)
    assert done.status == 126
    assert "migrate in stage: not started" in done.output
    assert "Permission denied on secret: projects/cloudact-testing-1/secrets/supabase-access-token-test" in done.output
    following = "bin/create-all-jobs stage restores grants and accounts; bin/doctor stage checks image and secrets"
    assert f"\n  next: {following}\n" in done.output


def test_a_missing_image_is_built(play: Play) -> None:
    """Terraform alone could not bring it back."""
    play.cloud.job("stage", "migrate").template.template.containers[0].image = f"gcr.io/a/b@sha256:{'0' * 64}"
    done = run(play)
    assert done.status == 126
    assert "\n  next: bin/build-image stage makes the image, bin/create-all-jobs stage gives it " in done.output


def test_of_several_tasks_the_worst_counts(play: Play) -> None:
    """A failure outweighs a task that gave up, which outweighs one that is done."""
    play.set_tasks([summary()], [summary("incomplete", error="503"), 75], [summary("failed", error="half"), 1])
    play.cloud.job("stage", "org-sync-all").template.template.max_retries = 0
    done = play.cloud.run("run-job", "stage", "org-sync-all", "--tasks", "3", "--json")
    (result,) = json.loads(done.output)["jobs"]
    assert (1, "half") == (done.status, result["reason"])
    assert [0, 75, 1] == [task["exit_code"] for task in result["tasks"]]


def test_a_failure_names_what_to_do_next(play: Play) -> None:
    """The job's own remedy, its section of the runbook, and where its log is."""
    play.set(summary("failed", error="the key is wrong", remedy="store it again", counts={"synced": 2}), 1)
    done = run(play)
    expected = [
        "migrate in stage: failed after",
        "  2 synced",
        "  next: store it again",
        "  runbook: docs/runbook.md#migrate",
        "  console: https://console.cloud.google.com/run/jobs/executions/details/us-central1/",
    ]
    lines = done.output.splitlines()[-len(expected) :]
    assert expected == [line[: len(start)] for line, start in zip(lines, expected, strict=True)]
