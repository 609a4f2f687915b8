"""docs/runbook.md, followed in the sandbox: each failure can be made there, and what the page says leads out of it."""

from __future__ import annotations

import re

import pytest

from runtime.config.catalog import load_catalog
from tests.catalog import JOBS
from tests.sandbox.actions.conftest import Visitor
from tools.documents.runbook_texts import load_texts

TEXTS = load_texts(load_catalog())
COMMAND = re.compile(r"`(bin/[^`]+)`")
# The sandbox builds no image, and what it broke is not Terraform's or doctor's to see.
NOT_FOLLOWED = ("bin/build-image", "bin/create-all-jobs", "bin/doctor")


def type_in(visitor: Visitor, command: str) -> tuple[int, str]:
    """What an operator of stage types who has read the command in the runbook."""
    return visitor.run(command.replace("ENV", "stage").replace("SLUG", "org_003"))


def follow(visitor: Visitor, text: str) -> None:
    """Runs the commands of a text, in their order; each has to end well."""
    for command in COMMAND.findall(text):
        if not command.startswith(NOT_FOLLOWED):
            status, result = type_in(visitor, command)
            assert status == 0, f"{command}\n{result}"


@pytest.mark.parametrize("name", TEXTS)
def test_a_reader_gets_out_of_each_failure(visitor: Visitor, name: str) -> None:
    """It is made as the table says, the result says what the table quotes, and the way out leads to a good run.

    That it was one shows as the section says.
    """
    text, job = TEXTS[name], JOBS[name]
    if job["release_step"]:
        type_in(visitor, "bin/release ENV")
    for failure in text.failures:
        # The service's limits are by the minute.
        visitor.act("clock +2m")
        assert visitor.act(failure.sandbox.removeprefix("sandbox "))[0] == 0
        status, result = type_in(visitor, f"bin/run-job ENV {name}{' -- --again' if job['once_per_tick'] else ''}")
        assert (status != 0, failure.shows in result) == (True, True), result
        if failure.heal:
            visitor.act("heal")
        follow(visitor, failure.fix)
        follow(visitor, text.again)
    status, result = type_in(visitor, text.look)
    assert (status, text.worked in result) == (0, True), result
