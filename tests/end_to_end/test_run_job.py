"""bin/run-job starts a job exactly once, shows its log as it comes, and leaves it alone when asked to."""

from __future__ import annotations

import json
import os
import signal

import pytest

from sandbox.admin_api import AdminState
from sandbox.faults import Fault, Kind
from tests.end_to_end.play import Play, summary
from tests.support.operators_cloud import Cloud, finish

RUN = "/v2/projects/cloudact-testing-1/locations/us-central1/jobs/cloudact-manual-supabase-migrate:run"


def test_the_log_is_shown_and_the_summary_last(cloud: Cloud) -> None:
    """FR-SJ-003.1: the job itself, its lines, its counts."""
    done = cloud.run("run-job", "stage", "quota-reset")
    assert done.status == 0
    lines = done.output.splitlines()
    assert ["start:"] == [line.split()[2] for line in lines[:1]]
    assert "quota-reset in stage: done after" in lines[1]
    assert "Traceback" not in done.errors


@pytest.mark.parametrize("name", ["quota-daily", "cloudact-daily-quota-reset", "daily-quota-reset"])
def test_a_job_goes_by_any_of_its_names(cloud: Cloud, name: str) -> None:
    """Alias, full name, full name without the prefix."""
    assert cloud.run("run-job", "stage", name, "--async").status == 0
    assert cloud.plane.executions.runs[0].execution.job == "cloudact-daily-quota-reset"


def test_a_jobs_own_options_reach_it_and_no_other_run(cloud: Cloud, admin: AdminState) -> None:
    """What is behind `--` overrides the arguments of this execution alone."""
    done = cloud.run("run-job", "stage", "org-sync-all", "--", "--org", "globex")
    assert done.status == 0
    assert ["globex"] == [each.slug for each in admin.organizations.values() if each.syncs]
    assert ["org-sync-all"] == list(cloud.job("stage", "org-sync-all").template.template.containers[0].args)


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (("local", "alerts"), "'local' is not an environment: the jobs run on Cloud Run only"),
        (("stage", "alert"), "there is no job 'alert' - did you mean alerts"),
        (("stage", "alerts", "--", "--org"), "--org needs a value"),
        (("stage", "migrate", "--", "--status", "--baseline"), "--status and --baseline exclude each other"),
        (("stage", "migrate", "--tasks", "2"), "migrate does not divide its work"),
        (("stage", "alerts", "--follow", "x", "--", "--dry-run"), "they start nothing"),
        (("stage", "alerts", "--dry-run"), "a job's own options go after a --: ENV JOB -- --dry-run"),
    ],
)
def test_wrong_usage_is_refused_before_anything_is_sent(cloud: Cloud, command: tuple[str, ...], message: str) -> None:
    """FR-SJ-006.1, FR-SJ-002.5: one line, exit status 2, no request."""
    done = cloud.run("run-job", *command)
    assert (2, []) == (done.status, cloud.plane.server.requests)
    assert message in done.errors


@pytest.mark.parametrize("answer", ["", "y\n", "YES\n", "no\n", "yes please\n"])
def test_prod_runs_only_after_yes(cloud: Cloud, answer: str) -> None:
    """FR-SJ-001.5, NFR-SJ-002.4: any other answer ends with 1 and nothing started."""
    done = cloud.run("run-job", "prod", "alerts", answer=answer)
    assert (1, 0) == (done.status, cloud.count_starts())
    assert 'Run alerts in prod (cloudact-prod)? Type "yes" to continue' in done.errors


def test_who_pipes_nothing_learns_how_to_agree(cloud: Cloud) -> None:
    """A script that forgot the answer."""
    done = cloud.run("run-job", "prod", "alerts", "--async")
    assert "echo yes | bin/run-job prod alerts --async" in done.errors


def test_the_question_comes_after_what_is_running(play: Play) -> None:
    """Nobody can agree to what he learns afterwards."""
    play.set({"event": "ready"}, "wait")
    play.cloud.run("run-job", "prod", "alerts", "--async", answer="yes\n")
    errors = play.cloud.run("run-job", "prod", "alerts").errors
    assert 0 <= errors.find("is running already") < errors.find('Type "yes" to continue')


def test_a_jobs_own_options_are_reported_and_nothing_is_sent(cloud: Cloud) -> None:
    """In front of the dashes and behind them."""
    for command in (("--help",), ("--", "--help")):
        done = cloud.run("run-job", "stage", "daily-alerts", *command)
        assert (0, []) == (done.status, cloud.plane.server.requests)
        assert "evaluate this organization only" in done.output


def test_several_tasks_are_reported_in_order_with_their_total(play: Play) -> None:
    """However the log brings their summaries."""
    play.set_tasks(*([summary(counts={"synced": index + 1})] for index in range(4)))
    done = play.cloud.run("run-job", "stage", "org-sync-all", "--tasks", "4")
    told = [f"  task {index}: {index + 1} synced" for index in range(4)]
    assert [*told, "  total: 10 synced"] == done.output.splitlines()[-5:]


def test_a_failure_is_reported_once(play: Play) -> None:
    """Not as a line of the log and again as the result."""
    play.cloud.job("stage", "migrate").template.template.max_retries = 0
    play.set(summary("failed", error="table x does not exist"), 1)
    done = play.cloud.run("run-job", "stage", "migrate")
    assert 1 == (done.output + done.errors).count("table x does not exist")


def test_prod_runs_after_yes_and_a_monthly_job_warns_of_the_wrong_day(cloud: Cloud) -> None:
    """The warning depends on today; the confirmation does not."""
    done = cloud.run("run-job", "prod", "quota-monthly", answer="yes\n")
    assert (0, 1) == (done.status, cloud.count_starts())
    skipped = "quota-monthly in prod: skipped" in done.output
    assert skipped == ("today nothing will be reset" in done.errors)


def test_async_tells_how_to_watch(play: Play) -> None:
    """Execution, console and the command; --follow then shows all of the log."""
    play.set({"event": "first"}, summary())
    done = play.cloud.run("run-job", "stage", "alerts", "--async")
    execution = play.cloud.plane.executions.runs[0].execution.name.rpartition("/")[2]
    assert f"{execution}\nwatch it: bin/run-job stage alerts --follow {execution}\n" == done.output
    assert f"executions/details/us-central1/{execution}?project=cloudact-testing-1" in done.errors
    followed = play.cloud.run("run-job", "stage", "alerts", "--follow", execution)
    assert followed.status == 0
    assert "first" in followed.output


def test_the_time_to_follow_may_be_limited(play: Play) -> None:
    """The execution goes on; the command says how to follow and how to cancel it, and ends with 75."""
    play.set({"event": "ready"}, "wait")
    done = play.cloud.run("run-job", "stage", "alerts", "--timeout", "1")
    run = play.cloud.plane.executions.runs[0]
    execution = run.execution.name.rpartition("/")[2]
    assert (75, False) == (done.status, run.done)
    assert f"follow: bin/run-job stage alerts --follow {execution}" in done.errors
    assert f"cancel: bin/run-job stage alerts --cancel {execution}" in done.errors


def test_ctrl_c_leaves_the_execution_running(play: Play) -> None:
    """130, and the same two commands."""
    play.set({"event": "ready"}, "wait")
    process = play.cloud.start("run-job", "stage", "alerts")
    assert process.stdout is not None
    assert "ready" in process.stdout.readline()
    os.kill(process.pid, signal.SIGINT)
    done = finish(process)
    run = play.cloud.plane.executions.runs[0]
    assert (130, False) == (done.status, run.done)
    assert "--follow" in done.errors
    assert "--cancel" in done.errors
    assert "Traceback" not in done.errors


def test_a_start_whose_answer_was_lost_is_found_and_not_sent_again(play: Play) -> None:
    """Google has started the job, and the connection broke before it could say so."""
    play.set(summary())
    play.cloud.plane.server.faults.add(Fault(Kind.RESET, method="POST", path=RUN, handled=True))
    done = play.cloud.run("run-job", "stage", "migrate", "--", "--status")
    assert (0, 1) == (done.status, play.cloud.count_starts())
    assert "looking at its executions before anything else" in done.errors


def test_log_lines_cannot_drive_the_terminal(play: Play) -> None:
    """Control characters are written out, in lines, summaries and Google's own messages."""
    play.set({"event": "\x1b[2Jgone", "text": "a\rb"}, summary("failed", error="\x1b]0;title\x07"), 1)
    done = play.cloud.run("run-job", "stage", "bootstrap")
    assert not {"\x1b", "\r", "\x07"} & set(done.output + done.errors)
    assert "\\x1b[2Jgone" in done.output


def test_debug_lines_and_requests_are_for_verbose_and_the_token_for_nobody(play: Play) -> None:
    """--verbose shows each request without credentials."""
    play.set({"severity": "DEBUG", "event": "detail"}, summary())
    quiet = play.cloud.run("run-job", "stage", "bootstrap")
    loud = play.cloud.run("run-job", "stage", "bootstrap", "--verbose")
    assert ("detail" in quiet.output, "detail" in loud.output) == (False, True)
    assert "POST /v2/entries:list: 200" in loud.errors
    assert "Bearer" not in loud.errors
    assert "eyJ" not in loud.errors


def test_json_is_one_document_and_the_log_goes_to_standard_error(play: Play) -> None:
    """Numbers stay as the job wrote them."""
    play.set({"event": "first"}, summary(counts={"synced": 2}))
    done = play.cloud.run("run-job", "stage", "org-sync-all", "--json")
    assert {"synced": 2} == json.loads(done.output)["jobs"][0]["tasks"][0]["summary"]["counts"]
    assert "first" in done.errors
