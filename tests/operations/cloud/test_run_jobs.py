"""Cloud Run's answers to the commands' questions."""

from __future__ import annotations

import pytest

from operations.cloud.refusals import NotFound
from operations.cloud.run_jobs import RunJobs
from tests.support.scripted_google import CATALOG, PLACE, ScriptedGoogle, open_session
from tests.support.scripted_transport import Answer
from tests.support.virtual_clock import VirtualClock

ALERTS = CATALOG.find("alerts")
CALL = f"run.googleapis.com/v2/{PLACE}/jobs/cloudact-daily-alerts/executions/misspelled"
ABSENT = Answer(404, {"error": {"code": 404, "message": "Resource 'misspelled' was not found.", "status": "NOT_FOUND"}})


@pytest.mark.parametrize("verb", ["find", "cancel"])
def test_an_execution_that_is_not_there_names_the_command_that_lists_them(verb: str) -> None:
    """To make the jobs anew, as after every other 404, would not help."""
    google = ScriptedGoogle()
    google.on(f"GET {CALL}", ABSENT)
    google.on(f"POST {CALL}:cancel", ABSENT)
    runs = RunJobs(open_session(google, VirtualClock()))
    with pytest.raises(NotFound) as raised:
        runs.find_execution(ALERTS, "misspelled") if verb == "find" else runs.cancel(ALERTS, "misspelled")
    remedy = "bin/list-jobs stage alerts shows those that there are"
    assert f"alerts has no execution misspelled - {remedy}" == str(raised.value)
