"""A build is waited for until Cloud Build says how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from operations.images.submission import await_end
from runtime.process.errors import JobError
from tests.support.virtual_clock import VirtualClock

REFUSAL = JobError("`gcloud builds describe` failed")


class Answers:
    """What `describe` says, one after the other: a build's status, or that it cannot be asked."""

    def __init__(self, *answers: str | JobError) -> None:
        self.left = list(answers)

    def describe(self) -> Mapping[str, Any]:
        answer = self.left.pop(0)
        if isinstance(answer, JobError):
            raise answer
        return {"status": answer}


@pytest.mark.parametrize("final", ["SUCCESS", "FAILURE", "INTERNAL_ERROR", "TIMEOUT", "CANCELLED", "EXPIRED"])
def test_a_build_is_asked_for_until_its_status_is_final(final: str) -> None:
    """Ten seconds apart; it ends, by its own timeout if by nothing else."""
    answers, clock = Answers("PENDING", "QUEUED", "WORKING", final, "WORKING"), VirtualClock()
    assert {"status": final} == await_end(answers.describe, clock)
    assert ([10.0] * 3, ["WORKING"]) == (clock.waits, answers.left)


def test_a_few_refusals_are_no_answer() -> None:
    """The network that took the log away may be back in a moment."""
    answers = Answers(REFUSAL, REFUSAL, "WORKING", REFUSAL, REFUSAL, "SUCCESS")
    assert {"status": "SUCCESS"} == await_end(answers.describe, VirtualClock())


def test_the_third_refusal_in_a_row_is_passed_on() -> None:
    """Without the permission to ask, it would wait for ever."""
    answers = Answers("WORKING", REFUSAL, REFUSAL, REFUSAL, "SUCCESS")
    with pytest.raises(JobError, match="describe"):
        await_end(answers.describe, VirtualClock())
    assert ["SUCCESS"] == answers.left
