"""bin/logs, bin/describe and bin/retry: what an operator asks after a run."""

from __future__ import annotations

import json

from tests.end_to_end.play import Play, summary
from tests.support.operators_cloud import CATALOG, Cloud


def test_the_latest_log_is_shown_and_any_other_by_its_name(play: Play) -> None:
    """--last is what is shown without it."""
    for number in (1, 2):
        play.set({"event": f"run {number}"}, summary())
        play.cloud.run("run-job", "stage", "alerts")
    first = play.cloud.plane.executions.runs[0].execution.name.rpartition("/")[2]
    for command, event in (((), "run 2"), (("--last",), "run 2"), ((first,), "run 1")):
        done = play.cloud.run("logs", "stage", "alerts", *command)
        assert done.status == 0
        assert event in done.output


def test_a_severity_leaves_the_rest_out_and_the_end_tells_the_reason(play: Play) -> None:
    """The first thing at 02:10."""
    play.cloud.job("stage", "alerts").template.template.max_retries = 0
    play.set({"event": "start"}, {"severity": "WARNING", "event": "retry"}, summary("failed", error="no"), 1)
    play.cloud.run("run-job", "stage", "alerts")
    done = play.cloud.run("logs", "stage", "alerts", "--severity", "warning")
    assert (False, True) == ("start" in done.output, "retry" in done.output)
    assert done.errors.rstrip().endswith(": no")
    document = json.loads(play.cloud.run("logs", "stage", "alerts", "--json").output)
    assert ["start", "retry", "summary"] == [line["fields"]["event"] for line in document["jobs"][0]["lines"]]


def test_requests_are_left_out_until_they_are_asked_for(play: Play) -> None:
    """A sync of thousands of organizations has thousands of them; plain text, such as a traceback, is always there."""
    play.set({"severity": "DEBUG", "event": "request"}, {"message": "plain text"}, summary())
    shown = play.cloud.run("run-job", "stage", "alerts").output
    assert (False, True) == ("request" in shown, "plain text" in shown)
    for options, expected in (((), False), (("--severity", "INFO"), False), (("--severity", "DEBUG"), True)):
        shown = play.cloud.run("logs", "stage", "alerts", *options).output
        assert (expected, True) == ("request" in shown, "plain text" in shown)


def test_a_job_that_never_ran_has_no_log(cloud: Cloud) -> None:
    """One line with the next step."""
    done = cloud.run("logs", "stage", "alerts")
    assert (1, "") == (done.status, done.output)
    assert "alerts has never run in stage - bin/run-job stage alerts" in done.errors


def test_a_description_has_what_is_declared_and_what_is_there(cloud: Cloud) -> None:
    """Cron, ticks, timeout, image and its age, secrets, grants, options."""
    job = CATALOG.find("alerts")
    described = json.loads(cloud.run("describe", "stage", "alerts", "--json").output)["jobs"][0]
    assert job.cron is not None
    assert (job.cron.text, 3) == (described["cron"], len(described["ticks"]))
    assert [option.flag for option in job.options] == [option["flag"] for option in described["options"]]
    assert described["image_age_days"] is not None
    text = cloud.run("describe", "stage", "alerts").output
    assert all(secret in text for secret in described["secrets"])


def test_a_retry_repeats_the_last_failure_with_its_options(play: Play) -> None:
    """And refuses once the same has succeeded."""
    play.cloud.job("stage", "alerts").template.template.max_retries = 0
    play.set(summary("failed", error="a pity"), 1)
    play.cloud.run("run-job", "stage", "alerts", "--", "--org", "acme")
    play.set(summary())
    done = play.cloud.run("retry", "stage", "alerts")
    first, second = (run.execution.template.containers[0].args for run in play.cloud.plane.executions.runs)
    assert (0, list(first)) == (done.status, list(second))
    assert "a pity" in done.errors
    refused = play.cloud.run("retry", "stage", "alerts")
    assert (1, 2) == (refused.status, play.cloud.count_starts())
    assert "the same has succeeded since" in refused.errors


def test_in_prod_a_retry_asks(play: Play) -> None:
    """As every start does."""
    play.cloud.job("prod", "alerts").template.template.max_retries = 0
    play.set(summary("failed", error="no"), 1)
    play.cloud.run("run-job", "prod", "alerts", answer="yes\n")
    done = play.cloud.run("retry", "prod", "alerts")
    assert (1, 1) == (done.status, play.cloud.count_starts())
    assert "echo yes | bin/retry prod alerts" in done.errors
