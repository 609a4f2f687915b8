"""The page of bin/list-jobs --html in a browser: readable on a telephone, by day and by night."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from operations.cloud.executions import State
from operations.inventory.page import DAYS, Past, render_jobs
from operations.inventory.survey import Survey
from sandbox.rehearsal.origin import Origin
from sandbox.rehearsal.report import render
from tests.browser.chromium import Chromium
from tests.browser.made_up import make_findings
from tests.operations.inventory.test_health import IMAGE, TICK, entry, ran
from tests.support.scripted_google import CATALOG, STAGE

BOX = "selector => (({left, right}) => [left, right])(document.querySelector(selector).getBoundingClientRect())"
WIDTHS = (400, 1280)
BAD_DAYS = (3, 4)


def test_it_is_made_of_the_same_parts_as_a_rehearsals_report() -> None:
    """One style, one layout, one calendar: to know one page is to know the other."""
    report = render(make_findings(), Origin(TICK, "abc1234"))
    for begin, end in (("<!doctype", "<title>"), ("<style>", "</style>"), ('<table class="calendar">', "<abbr")):
        part, other = (page.partition(begin)[2].partition(end)[0] for page in (make_page(), report))
        assert (part, bool(part)) == (other, True)


def make_page() -> str:
    """A month in which quota-reset failed twice, with an error that would like to be markup."""
    runs = [
        replace(run, name=f"cloudact-daily-quota-reset-{back}", completed=run.created + timedelta(seconds=12))
        for back in range(DAYS)
        for run in (ran(TICK - timedelta(days=back), State.FAILED if back in BAD_DAYS else State.SUCCEEDED),)
    ]
    entries = tuple(entry(job.name, *(runs if job.name == "quota-reset" else [])) for job in CATALOG.jobs)
    survey = Survey(STAGE, TICK + timedelta(hours=1), IMAGE, entries)
    reasons = {run.name: "<b>" + "x" * 300 for run in runs if run.state is State.FAILED}
    addresses = {run.name: f"https://example.com/{run.name}" for run in runs}
    return render_jobs(survey, Past({"quota-reset": runs}, reasons, addresses))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_only_the_calendar_scrolls_sideways(tmp_path: Path, width: int, scheme: str) -> None:
    """Nothing is asked for, nothing complains, and the text keeps to the screen."""
    file = tmp_path / "page.html"
    file.write_text(make_page(), encoding="utf-8")
    with Chromium(tmp_path / "profile") as browser:
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        browser.call("Emulation.setEmulatedMedia", features=features)
        browser.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        browser.open(file.as_uri())
        assert browser.evaluate("document.documentElement.scrollWidth") <= width
        assert browser.evaluate("document.querySelectorAll('a.mark').length") == DAYS
        assert browser.evaluate("getComputedStyle(document.body).backgroundColor") == (
            "rgb(255, 255, 255)" if scheme == "light" else "rgb(13, 17, 23)"
        )
        assert browser.evaluate("document.querySelectorAll('a.mark.failed').length") == len(BAD_DAYS)
        # The newest days are in sight before anybody scrolls, and so is which job each row is of.
        box = browser.evaluate(f"({BOX})('.calendar thead th:last-child')")
        assert 0 < box[0] < box[1] <= width
        assert browser.evaluate(f"({BOX})('.calendar tbody th')")[0] >= 0
        assert [] == [told["entry"]["text"] for told in browser.told("Log.entryAdded")]
        shot = browser.call("Page.captureScreenshot")["data"]
        (tmp_path / f"{width}-{scheme}.png").write_bytes(base64.b64decode(shot))
