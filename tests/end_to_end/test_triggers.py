"""bin/pause and bin/resume: triggers stop and go, and the next operator sees why."""

from __future__ import annotations

import json

import pytest
from google.cloud import scheduler_v1

from tests.catalog import SCHEDULED
from tests.support.operators_cloud import Cloud

PAUSED, ENABLED = scheduler_v1.Job.State.PAUSED, scheduler_v1.Job.State.ENABLED


def states_of(cloud: Cloud, project: str = "cloudact-testing-1") -> dict[str, int]:
    """The triggers' states, by short name."""
    triggers = cloud.plane.world.triggers
    return {
        name.rpartition("/cloudact-")[2]: trigger.state for name, trigger in triggers.items() if f"/{project}/" in name
    }


def test_an_environment_is_paused_and_resumed_as_a_whole(cloud: Cloud) -> None:
    """All of them; the reason, who and when are listed until they are resumed."""
    paused = cloud.run("pause", "stage", "--reason", "the API moves")
    assert (0, {PAUSED}) == (paused.status, set(states_of(cloud).values()))
    assert len(paused.output.splitlines()) == len(SCHEDULED)
    listed = cloud.run("list-jobs", "stage").output.splitlines()[-1]
    assert listed.startswith(f"{', '.join(SCHEDULED)}: Paused 2")
    assert listed.endswith("by operator: the API moves")
    resumed = cloud.run("resume", "stage")
    assert (0, {ENABLED}) == (resumed.status, set(states_of(cloud).values()))
    assert "the API moves" not in cloud.run("list-jobs", "stage").output


def changes_of(cloud: Cloud) -> list[str]:
    """The verbs of the requests that were more than a look."""
    return [
        "describe" if request.method == "PATCH" else request.path.rpartition(":")[2]
        for request in cloud.plane.server.requests
        if request.method != "GET"
    ]


def test_one_jobs_trigger_can_be_paused_alone_and_again(cloud: Cloud) -> None:
    """A new reason replaces the old one in plain sight, and nothing else is changed."""
    assert cloud.run("pause", "stage", "daily-alerts", "--reason", "noise").status == 0
    done = cloud.run("pause", "stage", "daily-alerts", "--reason", "more noise")
    assert (0, ["describe", "pause", "describe"]) == (done.status, changes_of(cloud))
    before, after = done.output.split("; from now on: ")
    assert before.startswith("cloudact-daily-alerts-trigger was paused already: Paused 2")
    assert (before.endswith(": noise"), after.endswith(": more noise\n")) == (True, True)
    assert ["daily-alerts-trigger"] == [name for name, state in states_of(cloud).items() if state == PAUSED]
    assert "more noise" in cloud.run("list-jobs", "stage").output


def test_what_fires_already_can_be_resumed_again(cloud: Cloud) -> None:
    """Cloud Scheduler resumes only what is paused; the operator need not know which triggers are."""
    assert cloud.run("pause", "stage", "daily-alerts", "--reason", "noise").status == 0
    for _ in range(2):
        assert (0, "") == ((done := cloud.run("resume", "stage")).status, done.errors)
    assert {ENABLED} == set(states_of(cloud).values())


def test_the_same_reason_once_more_changes_nothing(cloud: Cloud) -> None:
    """Since when, and by whom, is the first pause's."""
    assert cloud.run("pause", "stage", "alerts", "--reason", "the API moves").status == 0
    done = cloud.run("pause", "stage", "alerts", "--reason", " the API  moves ")
    assert (0, ["describe", "pause"]) == (done.status, changes_of(cloud))
    assert done.output.startswith("cloudact-daily-alerts-trigger was paused already: Paused 2")
    assert done.output.endswith(": the API moves\n")


def test_to_resume_shows_the_reasons_and_what_was_not_paused(cloud: Cloud) -> None:
    """In the question, before it is too late, and in the answer."""
    assert cloud.run("pause", "prod", "alerts", "--reason", "the API moves", answer="yes\n").status == 0
    done = cloud.run("resume", "prod", "alerts", "stale-cleanup", answer="yes\n")
    assert (0, ["describe", "pause", "describe", "resume"]) == (done.status, changes_of(cloud))
    reason, question, *_ = done.errors.splitlines()
    assert (reason.startswith("alerts: Paused 2"), reason.endswith(": the API moves")) == (True, True)
    assert question.startswith("Resume the triggers of alerts, stale-cleanup in prod (cloudact-prod)?")
    resumed, other = done.output.splitlines()
    assert resumed.startswith("resumed cloudact-daily-alerts-trigger; it was: Paused 2")
    assert resumed.endswith(": the API moves")
    assert other.endswith("-daily-stale-cleanup-trigger was not paused")


@pytest.mark.parametrize("command", [("pause", "prod", "--reason", "x"), ("resume", "prod")])
def test_prod_changes_only_after_yes(cloud: Cloud, command: tuple[str, ...]) -> None:
    """NFR-SJ-002.4."""
    refused = cloud.run(*command, answer="y\n")
    assert (1, []) == (refused.status, changes_of(cloud))
    assert cloud.run(*command, answer="yes\n").status == 0


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (("pause", "stage"), "--reason"),
        (("pause", "stage", "--reason", " "), "the reason is empty"),
        (("pause", "stage", "--reason", "x" * 600), "characters too long"),
        (("pause", "stage", "bootstrap", "--reason", "x"), "bootstrap has no trigger"),
        (("resume", "test"), "test's triggers are paused by design"),
        (("resume", "local"), "'local' is not an environment"),
        (("resume", "stage", "--reason", "x"), "usage: bin/resume "),
    ],
)
def test_wrong_usage_is_refused_before_anything_is_sent(cloud: Cloud, command: tuple[str, ...], message: str) -> None:
    """Exit status 2."""
    done = cloud.run(*command)
    assert (2, []) == (done.status, cloud.plane.server.requests)
    assert message in done.errors


def test_options_may_stand_anywhere(cloud: Cloud) -> None:
    """As operators type them."""
    assert cloud.run("pause", "stage", "--reason", "noise", "alerts").status == 0
    assert ["daily-alerts-trigger"] == [name for name, state in states_of(cloud).items() if state == PAUSED]


def test_pausing_is_one_document_for_programs(cloud: Cloud) -> None:
    """What was changed, and the state from now on."""
    document = json.loads(cloud.run("pause", "stage", "alerts", "--reason", "noise", "--json").output)
    assert [("alerts", "PAUSED", True)] == [(each["job"], each["state"], each["changed"]) for each in document["jobs"]]
