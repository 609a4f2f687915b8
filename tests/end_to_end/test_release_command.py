"""bin/release goes on only from what is done, stops with what to do next, and resumes there (FR-SJ-002.4)."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.admin_api import AdminState, serve_admin_api
from sandbox.faults import Fault, Kind
from tests.catalog import RELEASED
from tests.end_to_end.turns import ACTOR, Stage, Turn, read_checkout_hash, summary
from tests.support.operators_cloud import finish, open_cloud
from tests.support.whole_platform import open_platform

HASH = read_checkout_hash()
STATUS: Turn = [summary("done", {"applied": 10, "pending": 0}, migrations_hash=HASH)]
PENDING: Turn = [summary("pending", {"applied": 8, "pending": 2}, migrations_hash=HASH)]
DONE: Turn = [summary()]
READY = {"event": "ready"}
REPORT = f"{RELEASED[0]} --status"
ALL_STEPS = [REPORT, *RELEASED, REPORT]


@pytest.fixture
def stage(tmp_path: Path, states: dict[str, Any], admin: AdminState) -> Iterator[Stage]:
    """All steps end well, until a test plans otherwise."""
    secrets = {"CA_ROOT_API_KEY": str(admin.key), "SUPABASE_ACCESS_TOKEN": "sbp_token"}
    turns = tmp_path / "turns"
    turns.mkdir()
    with (
        serve_admin_api(admin) as api,
        open_cloud(tmp_path, states, secrets, {"TURNS": str(turns)}, ACTOR) as cloud,
    ):
        stage = Stage(cloud, turns, api.url)
        stage.plan(status=[PENDING, STATUS], migrate=[DONE], bootstrap=[DONE], org_sync_all=[DONE])
        yield stage


def test_a_release_and_the_same_again(tmp_path: Path, states: dict[str, Any]) -> None:
    """The jobs themselves, over all services: FR-SJ-002.1 to .3, NFR-SJ-001.1, and verified afterwards."""
    with open_platform(tmp_path, states["stage"]) as platform:
        done = platform.run("release", "stage")
        assert done.status == 0, done.output + done.errors
        for fact in ("10 applied", "30 tables created", "40 synced", "SYNCED, 30 tables", "40 active", "none pending"):
            assert fact in done.output
        assert done.output.endswith("\nstage is released\n")
        again = platform.run("release", "stage")
        assert (again.status, "10 applied before, 0 applied" in again.output, " 0 tables created" in again.output) == (
            0,
            True,
            True,
        )
        examined = platform.run("doctor", "stage")
        assert examined.status == 0, examined.output
        assert examined.output.endswith("\nstage: all is well\n")


def test_the_steps_are_run_in_their_order(stage: Stage) -> None:
    """The status first, since it tells what the image holds, and last, since it tells what is pending."""
    done = stage.run("release", "stage")
    assert (0, ALL_STEPS) == (done.status, stage.started)
    assert "Traceback" not in done.errors


@pytest.mark.parametrize("step", ["verfy", "alerts"])
def test_a_step_that_does_not_exist_is_refused(stage: Stage, step: str) -> None:
    """With those that do, before anything is sent."""
    done = stage.run("release", "stage", "--from", step)
    assert (2, []) == (done.status, stage.cloud.plane.server.requests)
    assert f"its steps are {', '.join(RELEASED)}, verify\n" in done.errors


def test_local_is_no_environment(stage: Stage) -> None:
    """FR-SJ-002.5."""
    done = stage.run("release", "local")
    assert (2, True) == (done.status, "'local' is not an environment" in done.errors)


@pytest.mark.parametrize(("answer", "status", "started"), [("no\n", 1, []), ("", 1, []), ("yes\n", 0, ALL_STEPS)])
def test_prod_asks_once(stage: Stage, answer: str, status: int, started: list[str]) -> None:
    """NFR-SJ-002.4: only yes releases, and one yes is enough."""
    done = stage.run("release", "prod", answer=answer)
    assert (status, started) == (done.status, stage.started)
    assert done.errors.count('Type "yes" to continue') == 1


def test_an_image_without_the_checkouts_migrations_is_refused(stage: Stage) -> None:
    """A forgotten build must not end in "0 pending"."""
    stale = [summary("done", {"pending": 0}, migrations_hash="0" * 64)]
    stage.plan(status=[stale])
    done = stage.run("release", "stage")
    assert (1, ["migrate --status"]) == (done.status, stage.started)
    assert "build the image first: bin/build-image stage, then bin/create-all-jobs stage" in done.errors


def test_a_status_that_cannot_be_read_ends_the_release_with_its_own_exit_status(stage: Stage) -> None:
    """75 tells the caller that the same command may succeed later."""
    stage.plan(status=[[summary("incomplete", error="503 from Supabase"), 75]])
    done = stage.run("release", "stage")
    assert (75, ["migrate --status"]) == (done.status, stage.started)
    assert "503 from Supabase" in done.output
    assert done.output.endswith("stage is not released; resume: bin/release stage\n")


def test_jobs_with_different_images_are_refused(stage: Stage) -> None:
    """An apply that stopped halfway: the second half of the release would be another version's."""
    stage.cloud.job("stage", "bootstrap").template.template.containers[0].image = f"gcr.io/a/b@sha256:{'0' * 64}"
    done = stage.run("release", "stage")
    assert (1, []) == (done.status, stage.started)
    assert "the jobs of a release have different images: migrate 555555555555, bootstrap 000000000000" in done.errors


def test_a_missing_job_is_refused_with_what_makes_it(stage: Stage) -> None:
    """Before the first step."""
    stage.cloud.plane.world.jobs.pop(stage.cloud.job("stage", "org-sync-all").name)
    done = stage.run("release", "stage")
    assert (1, []) == (done.status, stage.started)
    assert "release: stage lacks org-sync-all - bin/create-all-jobs stage\n" in done.errors


@pytest.mark.parametrize("ended", [[summary("failed", error="no", remedy="fix it"), 1], [summary("pending")]])
def test_a_step_that_is_not_done_is_the_last(stage: Stage, ended: Turn) -> None:
    """With the job's own remedy, and the command that resumes."""
    stage.cloud.job("stage", "bootstrap").template.template.max_retries = 0
    stage.plan(status=[STATUS], migrate=[DONE], bootstrap=[ended])
    done = stage.run("release", "stage")
    assert ALL_STEPS[:3] == stage.started
    assert done.status in (1, 3)
    assert done.output.endswith("stage is not released; resume: bin/release stage --from bootstrap\n")
    assert "docs/runbook.md#bootstrap" in done.output


def test_it_resumes_at_a_step(stage: Stage) -> None:
    """By any of the job's names; what came before is not run again."""
    stage.plan(status=[STATUS], org_sync_all=[DONE])
    done = stage.run("release", "stage", "--from", "org-sync")
    assert ["migrate --status", "org-sync-all", "migrate --status"] == stage.started
    assert "bootstrap has never run" in done.output


def test_it_does_not_resume_past_pending_migrations(stage: Stage) -> None:
    """FR-SJ-002.4: migrate comes first."""
    done = stage.run("release", "stage", "--from", "bootstrap")
    assert (1, ["migrate --status"]) == (done.status, stage.started)
    assert "2 migration(s) are pending: bootstrap comes after migrate - bin/release stage\n" in done.errors
    assert done.output.endswith("resume: bin/release stage --from migrate\n")


def test_a_skipped_step_waits_for_the_one_at_work_and_then_runs(stage: Stage) -> None:
    """The other one may have begun before bootstrap: its work does not count for this release."""
    job = stage.cloud.job("stage", "org-sync-all")
    executions = stage.cloud.plane.executions
    stage.plan(status=[STATUS], org_sync_all=[[READY, {"until": 1}, summary()]])
    other = executions.start(job, job.template, "somebody@example.com").execution.name.rpartition("/")[2]
    skipped = summary("skipped", reason="another one is at work", running_execution=other)
    stage.wait_for("org-sync-all.0")
    stage.plan(status=[STATUS], bootstrap=[DONE], org_sync_all=[[], [skipped], DONE])
    done = stage.run("release", "stage", "--from", "bootstrap")
    assert done.status == 0, done.output + done.errors
    assert f"org-sync-all left the work to {other}: waiting for its end" in done.errors
    assert stage.started.count("org-sync-all") == 3


def test_ctrl_c_leaves_the_job_running_and_says_how_to_go_on(stage: Stage) -> None:
    """A half-run migration would be worse than one that nobody watches."""
    stage.plan(status=[STATUS], migrate=[[READY, "wait"]])
    process = stage.cloud.start("release", "stage")
    stage.wait_for("migrate.0")
    process.send_signal(signal.SIGINT)
    done = finish(process)
    execution = stage.cloud.plane.executions.runs[-1].execution.name.rpartition("/")[2]
    assert done.status == 130
    assert f"{execution} goes on\n  follow: bin/run-job stage migrate --follow {execution}\n" in done.errors
    assert done.output.endswith("stage is not released; resume: bin/release stage --from migrate\n")
    assert not stage.cloud.plane.executions.runs[-1].done


def test_a_lost_view_of_a_step_is_no_failure_of_it(stage: Stage) -> None:
    """The execution is named, so that the operator can look before resuming."""
    stage.plan(status=[STATUS], bootstrap=[["wait"]])
    path = "/v2/projects/cloudact-testing-1/locations/us-central1/jobs/cloudact-manual-bootstrap/executions/"
    refusal = {"error": {"code": 403, "message": "Permission 'run.executions.get' denied", "status": "DENIED"}}
    stage.cloud.plane.server.faults.add(Fault(Kind.RESPOND, path=path, status=403, body=refusal, count=None))
    done = stage.run("release", "stage", "--from", "bootstrap")
    assert done.status == 2
    assert "lacks the permission run.executions.get" in done.errors
    assert " goes on\n  follow: bin/run-job stage bootstrap --follow " in done.errors
    assert done.output.endswith("resume: bin/release stage --from bootstrap\n")


def test_verification_alone_changes_nothing(stage: Stage, admin: AdminState) -> None:
    """And names each thing that is wrong, with its remedy."""
    assert stage.run("release", "stage").status == 0
    admin.bigquery = False
    done = stage.run("release", "stage", "--from", "verify")
    assert (1, [*ALL_STEPS, "migrate --status"]) == (done.status, stage.started)
    assert "GET /health/ready" in done.output
    assert "resume: bin/release stage --from verify\n" in done.output


def test_a_bootstrap_after_the_last_sync_is_found(stage: Stage) -> None:
    """FR-SJ-002.3: organizations are synced after the platform."""
    assert stage.run("release", "stage").status == 0
    assert stage.run("run-job", "stage", "bootstrap").status == 0
    done = stage.run("release", "stage", "--from", "verify")
    assert done.status == 1
    assert "is older than the last bootstrap\n    wrong, next: bin/release stage --from org-sync-all\n" in done.output
    assert done.output.endswith("stage is not released; resume: bin/release stage --from org-sync-all\n")


def test_a_run_that_goes_on_is_waited_for(stage: Stage) -> None:
    """To start another one beside it would be wrong."""
    assert stage.run("release", "stage").status == 0
    stage.plan(status=[STATUS], bootstrap=[[], ["wait"]])
    assert stage.run("run-job", "stage", "bootstrap", "--async").status == 0
    done = stage.run("release", "stage", "--from", "verify")
    assert done.status == 1
    assert "is still running\n    wrong, next: wait for it, then bin/release stage --from verify\n" in done.output
    assert done.output.endswith("; wait for what is still running, then bin/release stage --from verify\n")


def test_migrations_that_are_pending_afterwards_are_found(stage: Stage) -> None:
    """Somebody deployed another image meanwhile, or the tracking table was changed."""
    stage.plan(status=[STATUS, PENDING], org_sync_all=[DONE])
    done = stage.run("release", "stage", "--from", "org-sync-all")
    assert done.status == 1
    assert "migrations: 2 pending\n    wrong, next: bin/release stage --from migrate\n" in done.output
    assert done.output.endswith("stage is not released; resume: bin/release stage --from migrate\n")


def test_an_operator_need_not_have_the_key(stage: Stage) -> None:
    """What could not be looked at is said; bootstrap's own result stands."""
    done = stage.run("release", "stage")
    assert done.status == 0
    assert "not checked, next: ask for roles/secretmanager.secretAccessor in cloudact-testing-1" in done.output
