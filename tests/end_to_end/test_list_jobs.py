"""bin/list-jobs shows what there is, what is wrong with it, and what is missing."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp

from tests.catalog import JOBS
from tests.end_to_end.play import Play, summary
from tests.support.operators_cloud import CATALOG, Cloud


def rows(cloud: Cloud, environment: str = "stage") -> dict[str, str]:
    """The table's lines by job."""
    done = cloud.run("list-jobs", environment)
    assert done.status == 0, done.errors
    return {line.split(" ")[0]: line for line in done.output.splitlines()[1:]}


def test_all_jobs_are_listed_with_their_triggers(cloud: Cloud) -> None:
    """FR-SJ-001.1, FR-SJ-001.2: in the catalog's order, those with a cron enabled."""
    table = rows(cloud)
    assert [job.name for job in CATALOG.jobs] == list(table)
    enabled = [name for name, row in table.items() if row.split()[-1] not in ("-", "PAUSED")]
    assert [job.name for job in CATALOG.jobs if job.cron] == enabled


def test_a_new_environment_has_no_problem(cloud: Cloud) -> None:
    """Never run is not overdue: no tick has passed since the jobs were made."""
    listed = json.loads(cloud.run("list-jobs", "stage", "--json").output)
    assert [[]] * len(JOBS) == [job["problems"] for job in listed["jobs"]]
    assert [None] * len(JOBS) == [job["last"] for job in listed["jobs"]]


def test_the_dashboard_is_named_with_its_place(cloud: Cloud) -> None:
    """Beside the table, whose lines are all jobs: Google makes up its id, so the list that has it is told."""
    name = "cloudact: scheduled jobs (stage)"
    place = "https://console.cloud.google.com/monitoring/dashboards?project=cloudact-testing-1"
    assert cloud.run("list-jobs", "stage").errors.startswith(f'dashboard "{name}": {place}\n')
    assert json.loads(cloud.run("list-jobs", "stage", "--json").output)["dashboards"] == place


def test_what_ran_and_what_runs(play: Play) -> None:
    """The last result, and the execution at work."""
    play.set(summary("failed", error="no"), 1)
    play.cloud.job("stage", "migrate").template.template.max_retries = 0
    assert play.cloud.run("run-job", "stage", "migrate").status == 1
    play.set("wait")
    assert play.cloud.run("run-job", "stage", "migrate", "--async", "--", "--status").status == 0
    ended, running = (run.execution.name.rpartition("/")[2] for run in play.cloud.plane.executions.runs)
    row = rows(play.cloud)["migrate"]
    assert row.split()[:2] == ["migrate", "failed"]
    assert running in row
    history = play.cloud.run("list-jobs", "stage", "supabase-migrate").output.splitlines()
    assert [running, ended] == [line.split()[0] for line in history[1:]]
    assert history[1].endswith("--status")


def test_a_success_older_than_the_cron_allows_is_overdue(cloud: Cloud) -> None:
    """A job that was made days ago and never ran; not if its trigger is paused."""
    made = Timestamp()
    made.FromDatetime(datetime.now(UTC) - timedelta(days=3))
    for name in ("quota-reset", "alerts", "bootstrap"):
        cloud.job("stage", name).create_time = made
    assert cloud.run("pause", "stage", "alerts", "--reason", "an incident").status == 0
    table = rows(cloud)
    assert ["quota-reset"] == [name for name, row in table.items() if "OVERDUE" in row]


def test_drift_from_the_catalog_is_shown_and_a_missing_job_not_left_out(cloud: Cloud) -> None:
    """Image, timeout, cron; and what somebody deleted."""
    container = cloud.job("stage", "alerts").template.template.containers[0]
    container.image = container.image.replace("5" * 12, "7" * 12, 1)
    cloud.job("stage", "bootstrap").template.template.timeout = Duration(seconds=60)
    for name, trigger in cloud.plane.world.triggers.items():
        if name.endswith("stale-cleanup-trigger") and "testing-1" in name:
            trigger.schedule = "0 3 * * *"
    del cloud.plane.world.jobs[cloud.job("stage", "org-sync-all").name]
    table = rows(cloud)
    assert "image 777777777777, not 555555555555" in table["alerts"]
    assert "timeout 60 s, not 1800 s" in table["bootstrap"]
    assert "cron 0 3 * * *, not 0 2 * * *" in table["stale-cleanup"]
    assert table["org-sync-all"].endswith("MISSING")


def test_all_requests_go_out_side_by_side(cloud: Cloud) -> None:
    """One per job, one for all jobs, one for all triggers; none waits for another's answer."""
    assert cloud.run("list-jobs", "stage").status == 0
    assert len(CATALOG.jobs) + 2 == len(cloud.plane.server.requests)


def test_a_history_says_why_runs_failed(play: Play) -> None:
    """The job's own words; Cloud Run's if there are none in the log."""
    play.cloud.job("stage", "migrate").template.template.max_retries = 0
    play.set(summary("failed", error="table x does not exist"), 1)
    play.cloud.run("run-job", "stage", "migrate")
    play.set(1)
    play.cloud.run("run-job", "stage", "migrate", "--async")
    play.cloud.plane.timeline.wait(lambda: play.cloud.plane.executions.runs[1].done)
    without, told = play.cloud.run("list-jobs", "stage", "migrate").output.splitlines()[1:]
    assert told.endswith("  table x does not exist")
    assert "exit" in without.split("migrate")[-1]
    described = json.loads(play.cloud.run("list-jobs", "stage", "migrate", "--json").output)["jobs"][0]
    assert described["executions"][1]["reason"] == "table x does not exist"


def test_a_check_names_what_is_not_well_and_ends_with_4(play: Play) -> None:
    """Missing, failed, overdue, drifted; 0 if there is none, also before anything has run."""
    cloud = play.cloud
    well = cloud.run("list-jobs", "stage", "--check")
    assert (0, "stage: nothing is missing, failed, overdue or drifted") == (well.status, well.output.splitlines()[-1])
    play.set(summary("failed", error="no"), 1)
    cloud.job("stage", "migrate").template.template.max_retries = 0
    cloud.run("run-job", "stage", "migrate")
    cloud.job("stage", "bootstrap").template.template.timeout = Duration(seconds=60)
    made = Timestamp()
    made.FromDatetime(datetime.now(UTC) - timedelta(days=3))
    cloud.job("stage", "quota-reset").create_time = made
    del cloud.plane.world.jobs[cloud.job("stage", "org-sync-all").name]
    done = cloud.run("list-jobs", "stage", "--check")
    concerns = done.output.partition("\n\n")[2].splitlines()
    assert done.status == 4
    assert ["migrate: failed", "bootstrap: timeout", "org-sync-all: MISSING", "quota-reset: OVERDUE"] == [
        " ".join(line.replace(":", " :").split()[:3]).replace(" :", ":") for line in concerns[:-1]
    ]
    assert len(json.loads(cloud.run("list-jobs", "stage", "--check", "--json").output)["concerns"]) == 4


def test_an_environment_without_jobs_says_what_to_do_first(cloud: Cloud) -> None:
    """Loud, by words and by exit status: nobody wants eight lines of MISSING and a 0."""
    cloud.plane.world.jobs.clear()
    done = cloud.run("list-jobs", "stage")
    assert done.status == 4
    assert "bin/create-all-jobs stage --prepare" in done.errors


def test_a_page_has_what_ran_and_why_it_failed(play: Play, tmp_path: Path) -> None:
    """One file; what a log says stays text; each mark leads to the console."""
    play.cloud.job("stage", "migrate").template.template.max_retries = 0
    play.set(summary("failed", error="<script>no</script>"), 1)
    play.cloud.run("run-job", "stage", "migrate")
    assert play.cloud.run("pause", "stage", "alerts", "--reason", "an incident").status == 0
    file = tmp_path / "page.html"
    done = play.cloud.run("list-jobs", "stage", "--html", str(file))
    page = file.read_text(encoding="utf-8")
    execution = play.cloud.plane.executions.runs[0].execution.name.rpartition("/")[2]
    assert (0, f"{file}: 1 executions of 30 days\n") == (done.status, done.output)
    assert "&lt;script&gt;no" in page
    assert "<script" not in page
    assert f"executions/details/us-central1/{execution}?project=" in page
    assert "an incident" in page
    assert all(f'<th scope="row">{job.name}</th>' in page for job in CATALOG.jobs)


def test_a_job_that_never_ran_has_no_empty_table(cloud: Cloud) -> None:
    """A sentence, on standard error."""
    done = cloud.run("list-jobs", "stage", "alerts")
    assert (0, "", "alerts has never run in stage\n") == (done.status, done.output, done.errors)
