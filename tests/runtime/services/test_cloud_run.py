"""What Cloud Run says of an execution is read strictly: NFR-SJ-001."""

from __future__ import annotations

import pytest

from runtime.process.errors import UnexpectedAnswer
from runtime.services.cloud_run import Execution
from runtime.services.json_reader import Fields
from tests.support.execution_list import OWN


@pytest.mark.parametrize("name", ["createTime", "completionTime"])
@pytest.mark.parametrize("text", ["2026-11-23T08:00:10", "2026-11-23", "yesterday", "2026-99-23T08:00:10Z"])
def test_a_time_that_cannot_be_compared_is_an_unexpected_answer(name: str, text: str) -> None:
    """Without a zone it is no point in time: one line, no defect of the job itself."""
    with pytest.raises(UnexpectedAnswer, match=f"{name} is .*'{text}'"):
        Execution(Fields({**OWN, name: text}, "GET /executions"))


def test_googles_own_form_is_read() -> None:
    """In nanoseconds, with a Z."""
    entry = {**OWN, "createTime": "2026-11-23T08:00:10.123456789Z"}
    assert Execution(Fields(entry, "x")).created.isoformat() == "2026-11-23T08:00:10.123456+00:00"
