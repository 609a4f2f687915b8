"""Triggers are paused and resumed, in any state they are in."""

from __future__ import annotations

import pytest

from operations.cloud.refusals import RequestRefused
from operations.cloud.scheduler import Scheduler
from tests.support.scripted_google import PLACE, ScriptedGoogle, open_session
from tests.support.scripted_transport import Answer
from tests.support.virtual_clock import VirtualClock

TRIGGER = {"name": f"{PLACE}/jobs/nightly"}
PATH = f"/v1/{TRIGGER['name']}"
HOST = "cloudscheduler.googleapis.com"
REFUSED = Answer(400, body={"error": {"message": "wrong state", "status": "FAILED_PRECONDITION"}})
VERBS = {"pause": ("ENABLED", "PAUSED"), "resume": ("PAUSED", "ENABLED")}


def perform(verb: str, google: ScriptedGoogle) -> None:
    scheduler = Scheduler(open_session(google, VirtualClock()))
    scheduler.pause("nightly", "why") if verb == "pause" else scheduler.resume("nightly")


@pytest.mark.parametrize("verb", VERBS)
def test_a_trigger_that_is_there_already_gets_its_description_and_no_more(verb: str) -> None:
    """Cloud Scheduler pauses only what is enabled, and resumes only what is paused."""
    google = ScriptedGoogle()
    google.on(f"PATCH {HOST}{PATH}", TRIGGER | {"state": VERBS[verb][1]})
    perform(verb, google)
    assert [f"PATCH {PATH}?updateMask=description"] == google.paths()


@pytest.mark.parametrize("verb", VERBS)
def test_a_change_whose_answer_was_lost_is_no_failure(verb: str) -> None:
    """Its repetition is refused; what counts is the state."""
    before, after = VERBS[verb]
    google = ScriptedGoogle()
    google.on(f"PATCH {HOST}{PATH}", TRIGGER | {"state": before})
    google.on(f"POST {HOST}{PATH}:{verb}", Answer(503), REFUSED)
    google.on(f"GET {HOST}{PATH}", TRIGGER | {"state": after})
    perform(verb, google)
    assert f"GET {PATH}" == google.paths()[-1]


@pytest.mark.parametrize("verb", VERBS)
def test_a_change_that_is_refused_fails(verb: str) -> None:
    """Else the operator would take the trigger for what it is not."""
    google = ScriptedGoogle()
    google.on(f"PATCH {HOST}{PATH}", TRIGGER | {"state": "UPDATE_FAILED"})
    google.on(f"POST {HOST}{PATH}:{verb}", REFUSED)
    google.on(f"GET {HOST}{PATH}", TRIGGER | {"state": "UPDATE_FAILED"})
    with pytest.raises(RequestRefused, match="wrong state"):
        perform(verb, google)
