"""The table at the end of a release tells what is done and the one command that goes on."""

from __future__ import annotations

import pytest

from operations.diagnosis.finding import Finding, Health
from operations.release.progress import CHECK, Progress
from operations.release.steps import VERIFY
from runtime.config.catalog import load_catalog
from runtime.process.errors import JobError
from tests.support.virtual_clock import VirtualClock

CATALOG = load_catalog()
STAGE = CATALOG.environments["stage"]


def play(*steps: tuple[str, str], start: str | None = None) -> str:
    """The table's last line; a step whose result is empty never ends."""
    clock = VirtualClock()
    progress = Progress(CATALOG, STAGE, start, clock)
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
    """From the step that was not done; if the image was not right, from where the release was to begin."""
    assert play(*steps, start=start).endswith(last)


@pytest.mark.parametrize(
    ("remedies", "last"),
    [
        (["check that the service is up, then retry"], "resume: bin/release stage --from verify"),
        (["bin/release stage --from bootstrap"], "resume: bin/release stage --from bootstrap"),
        (["bin/release stage --from org-sync-all", "bin/release stage --from migrate", ""], "stage --from migrate"),
        (
            ["bin/release stage --from org-sync-all", "wait for it, then bin/release stage --from verify"],
            "stage is not released; wait for what is still running, then bin/release stage --from verify",
        ),
    ],
)
def test_after_a_failed_look_the_way_on_is_that_of_its_findings(remedies: list[str], last: str) -> None:
    """The earliest step that one names: the later ones follow it. While a job runs nothing else is started."""
    progress = Progress(CATALOG, STAGE, None, VirtualClock())
    progress.begin(VERIFY)
    for remedy in remedies:
        progress.note(Finding("something", Health.WRONG, "is wrong", remedy))
    progress.note(Finding("another", Health.UNKNOWN, "unseen", "bin/release stage --from migrate"))
    progress.end("failed", "")
    assert progress.render().endswith(last)


def test_a_release_that_began_too_late_begins_anew() -> None:
    """The error that refused it says so too."""
    progress = Progress(CATALOG, STAGE, "bootstrap", VirtualClock())
    progress.begin(CHECK)
    progress.add_remedy(JobError("2 migration(s) are pending", "bin/release stage"))
    assert progress.render().endswith("resume: bin/release stage --from migrate")


def test_each_step_has_its_own_time() -> None:
    """In seconds."""
    progress = Progress(CATALOG, STAGE, None, clock := VirtualClock())
    progress.begin(CHECK)
    clock.sleep(2.5)
    progress.end("done", "fine")
    assert ["image", "done", "2.5s", "fine"] == progress.render().splitlines()[2].split()
