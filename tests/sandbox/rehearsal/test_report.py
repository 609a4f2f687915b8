"""The report names what happened, holds no secret, and needs nothing but itself."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import timedelta

import pytest

from sandbox.rehearsal.applied import SECRETS
from sandbox.rehearsal.board import make_rows, tell_duration
from sandbox.rehearsal.report import render
from tests.browser.made_up import HOSTILE, make_findings
from tests.catalog import DAILY, MONTHLY
from tests.sandbox.rehearsal.conftest import Rehearse

# Three days and the monthly job on the 1st; one run more for each job on the third day, which starts all twice; and on
# the second day one trigger is refused.
RUNS = 3 * len(DAILY) + len(MONTHLY) + len(DAILY) - 1


@pytest.fixture(scope="module")
def page(run: Rehearse) -> str:
    """Three days, of which the second goes wrong in every way that shows."""
    return render(run("2026-12", days=3, faults="down@2,twice@3,refused@2/stale-cleanup"))


def test_failures_and_alerts_are_named(page: str) -> None:
    """With the reason in the job's own words."""
    assert page.count("cloudact-daily-quota-reset failed") == 1
    assert page.count("cloudact-daily-stale-cleanup-trigger failed") == 1
    assert page.count("cloudact-daily-alerts missed its run") == 1
    assert "POST /api/v1/admin/quota/reset-daily at https://api.cloudact.ai gave up after 10 of 10 attempts" in page
    assert "was still at work when this one was started" in page


def test_every_run_has_a_log_that_a_link_leads_to(page: str) -> None:
    logs = re.findall(r'<div id="(log-[^"]+)"', page)
    assert len(logs) == len(set(logs)) == RUNS
    assert set(logs) <= set(re.findall(r'href="#(log-[^"]+)"', page))
    assert page.count("summary</td>") == sum(page.count(f">Attempt {number}:") for number in (1, 2))


def test_no_secret_is_in_it(page: str) -> None:
    """Neither keys nor the tokens that the metadata server has given out."""
    assert [name for name, value in SECRETS.items() if value in page] == []
    assert "ya29." not in page


def test_page_needs_nothing_else(page: str) -> None:
    """No script, no address to load from; the policy allows the one style by its hash."""
    assert re.findall(r"<script|<iframe|<object|\bsrc=|@import|url\(|\son\w+=|\sstyle=", page) == []
    assert set(re.findall(r'href="([^"#]*)', page)) == {"data:,", ""}
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    assert f"style-src 'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'" in page


def test_no_address_of_the_day_is_in_it(page: str) -> None:
    """Two reports of one rehearsal are to be compared."""
    assert "127.0.0.1" not in page


def test_what_services_say_stays_text() -> None:
    assert HOSTILE not in render(make_findings())


def test_calendar_tells_every_tick() -> None:
    """One sign for each run, and one for each tick without a run."""
    (row,) = make_rows(make_findings())
    assert [[mark.kind for mark in cell] for cell in row.cells[:5]] == [
        ["done"],
        ["retried"],
        ["skipped"],
        ["failed"],
        ["missed"],
    ]
    assert row.tally == {"done": 1, "retried": 1, "skipped": 1, "failed": 1, "missed": 27}
    assert (row.runs, row.retries, row.alarms, row.longest) == (4, 1, 1, timedelta(minutes=2))


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.44, "0.4 s"),
        (59.94, "59.9 s"),
        (60, "1 min 0 s"),
        (239.6, "4 min 0 s"),
        (3600, "1 h 0 min"),
        (4321, "1 h 12 min"),
    ],
)
def test_durations_are_told_as_people_do(seconds: float, text: str) -> None:
    assert tell_duration(timedelta(seconds=seconds)) == text
