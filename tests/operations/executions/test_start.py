"""A start is sent once; after a lost answer the execution is looked for, never started again."""

from __future__ import annotations

import json
from typing import Any

import pytest

from operations.cloud.refusals import NoConnection, PermissionMissing
from operations.cloud.run_jobs import RunJobs
from operations.executions.start import Start, StartUnclear, start_once
from runtime.net.faults import ANSWER, REFUSED, ConnectionFault
from tests.operations.executions.examples import ALERTS, JOB_PATH, describe_execution
from tests.support.scripted_google import ScriptedGoogle, open_session
from tests.support.scripted_transport import Answer
from tests.support.virtual_clock import VirtualClock

RUN = f"POST run.googleapis.com{JOB_PATH}:run"
LIST = f"GET run.googleapis.com{JOB_PATH}/executions?"
LOST = [ConnectionFault(ANSWER, "reset"), Answer(500), Answer(503), Answer(504, b"<html>")]
TRIGGER = "cloudact-triggers@cloudact-testing-1.iam.gserviceaccount.com"


class Attempt:
    """Starts alerts against scripted answers."""

    def __init__(self) -> None:
        self.google = ScriptedGoogle()
        self.clock = VirtualClock()
        self.output: list[str] = []

    def show(self, *answers: list[dict[str, Any]]) -> None:
        """The executions at each look, the first one before the start."""
        self.google.on(LIST, *({"executions": found} for found in answers))

    def start(self, *arguments: str, email: str | None = "operator@cloudact-testing-1.iam.gserviceaccount.com") -> str:
        """The name of what was started."""
        runs = RunJobs(open_session(self.google, self.clock, email=email))
        return start_once(runs, Start(ALERTS, arguments, None), self.output.append, self.clock).name

    def bodies(self) -> list[Any]:
        """What was sent to start it."""
        return [json.loads(request.data or b"") for request in self.google.sent if request.selector.endswith(":run")]


@pytest.fixture
def attempt() -> Attempt:
    return Attempt()


def test_a_plain_start_overrides_nothing(attempt: Attempt) -> None:
    """Overrides need a wider role."""
    attempt.show([])
    attempt.google.on(RUN, {"metadata": describe_execution("new")})
    assert attempt.start() == "new"
    assert attempt.bodies() == [{}]


def test_options_override_the_containers_arguments(attempt: Attempt) -> None:
    """Which begin with the job's name."""
    attempt.show([])
    attempt.google.on(RUN, {"metadata": describe_execution("new")})
    attempt.start("--dry-run")
    assert attempt.bodies() == [{"overrides": {"containerOverrides": [{"args": ["alerts", "--dry-run"]}]}}]


def test_another_execution_at_work_is_mentioned(attempt: Attempt) -> None:
    """The new one may skip for it."""
    attempt.show([describe_execution("old")])
    attempt.google.on(RUN, {"metadata": describe_execution("new")})
    assert attempt.start() == "new"
    assert attempt.output == ["old of the same job is running already"]


@pytest.mark.parametrize("lost", LOST)
def test_the_only_new_execution_of_ours_is_the_one(attempt: Attempt, lost: Answer | ConnectionFault) -> None:
    """A trigger's, a colleague's, one with other options and those from before are not."""
    old, new = describe_execution("old"), describe_execution("new")
    others = [
        describe_execution("a", creator=TRIGGER),
        describe_execution("b", creator="colleague@example.com"),
        describe_execution("c", template={"containers": [{"args": ["alerts", "--dry-run"]}]}),
    ]
    attempt.show([old], [*others, old], [*others, new, old])
    attempt.google.on(RUN, lost)
    assert attempt.start() == "new"
    assert len(attempt.bodies()) == 1


def test_a_person_takes_no_triggers_execution_for_their_own(attempt: Attempt) -> None:
    """A person's credentials do not tell their address."""
    mine, trigger = describe_execution("mine", creator="me@example.com"), describe_execution("t", creator=TRIGGER)
    attempt.show([], [trigger], [trigger, mine])
    attempt.google.on(RUN, ConnectionFault(ANSWER, "reset"))
    assert attempt.start(email=None) == "mine"


@pytest.mark.parametrize("lost", LOST)
def test_where_none_appears_the_operator_decides(attempt: Attempt, lost: Answer | ConnectionFault) -> None:
    """75, nothing sent again, and the command that shows whether there is one after all."""
    attempt.show([describe_execution("old")])
    attempt.google.on(RUN, lost)
    with pytest.raises(StartUnclear, match="bin/list-jobs stage alerts"):
        attempt.start()
    assert (1, 20.0) == (len(attempt.bodies()), sum(attempt.clock.waits))


def test_if_several_may_be_it_the_operator_decides(attempt: Attempt) -> None:
    """To follow the wrong one would tell a wrong result."""
    attempt.show([], [describe_execution("a"), describe_execution("b")])
    attempt.google.on(RUN, Answer(503))
    with pytest.raises(StartUnclear, match="it may be any of a, b"):
        attempt.start()


def test_a_start_that_surely_did_not_happen_is_no_riddle(attempt: Attempt) -> None:
    """Refused connections are tried again, a refusal is final."""
    attempt.show([])
    attempt.google.on(RUN, ConnectionFault(REFUSED, "no"), {"metadata": describe_execution("new")})
    assert attempt.start() == "new"
    attempt.google.on(RUN, ConnectionFault(REFUSED, "no"))
    with pytest.raises(NoConnection):
        attempt.start()
    attempt.google.on(RUN, Answer(403, {"error": {"message": "Permission 'run.jobs.run' denied"}}))
    with pytest.raises(PermissionMissing):
        attempt.start()
