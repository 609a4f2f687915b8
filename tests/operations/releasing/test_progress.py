"""The table at the end of a release tells what is done and the one command that goes on."""

from __future__ import annotations

import pytest

from operations.releasing.progress import CHECK, Progress
from operations.releasing.steps import VERIFY
from runtime.catalogue import load_catalogue
from tests.support.virtual_clock import VirtualClock

STAGE = load_catalogue().environments["stage"]


def play(*steps: tuple[str, str], start: str | None = None) -> str:
    """The table's last line; a step whose result is empty never ends."""
    clock = VirtualClock()
    progress = Progress(STAGE, start, clock)
    for name, result in steps:
        progress.begin(name)
        clock.sleep(2.5)
        if result:
            progress.end(result, "")
    return progress.render().splitlines()[-1]


@pytest.mark.parametrize(
    ("steps", "start", "last"),
    [
        ([(CHECK, "done"), (VERIFY, "done")], None, "stage is released"),
        ([(CHECK, "done"), ("bootstrap", "failed")], None, "resume: bin/release stage --from bootstrap"),
        ([(CHECK, "done"), ("migrate", "")], None, "resume: bin/release stage --from migrate"),
        ([(CHECK, "")], None, "resume: bin/release stage"),
        ([(CHECK, "")], "bootstrap", "resume: bin/release stage --from bootstrap"),
        ([(CHECK, "done"), (VERIFY, "failed")], None, "resume: bin/release stage --from verify"),
    ],
)
def test_the_last_line_is_the_way_on(steps: list[tuple[str, str]], start: str | None, last: str) -> None:
    """From the step that was not done; where the image was not right, from where the release was to begin."""
    assert play(*steps, start=start).endswith(last)


def test_each_step_has_its_own_time() -> None:
    """In seconds."""
    progress = Progress(STAGE, None, clock := VirtualClock())
    progress.begin(CHECK)
    clock.sleep(2.5)
    progress.end("done", "fine")
    assert ["image", "done", "2.5s", "fine"] == progress.render().splitlines()[2].split()
