"""The report names what happened, holds no secret, and needs nothing but itself."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sandbox.rehearsal.applied import SECRETS
from sandbox.rehearsal.board import format_duration, make_rows
from sandbox.rehearsal.mishaps import Mishaps
from sandbox.rehearsal.origin import Origin, read_origin
from sandbox.rehearsal.report import render
from sandbox.rehearsal.wording import count, describe_mishaps, judge, write_plainly
from tests.browser.made_up import HOSTILE, make_findings, make_run
from tests.catalog import DAILY, MONTHLY
from tests.sandbox.rehearsal.conftest import Rehearse

# Three days and the monthly job on the 1st; one run more for each job on the third day, which starts all twice; and on
# the second day one trigger is refused.
RUNS = 3 * len(DAILY) + len(MONTHLY) + len(DAILY) - 1

ORIGIN = Origin(datetime(2026, 11, 28, 9, 30, tzinfo=UTC), "abc1234")


@pytest.fixture(scope="module")
def page(run: Rehearse) -> str:
    """Three days, of which the second goes wrong in every way that shows."""
    return render(run("2026-12", days=3, faults="down@2,twice@3,refused@2/stale-cleanup"), ORIGIN)


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
    assert HOSTILE not in render(make_findings(), ORIGIN)


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
def test_durations_are_reported_as_people_do(seconds: float, text: str) -> None:
    assert format_duration(timedelta(seconds=seconds)) == text


def test_the_verdict_is_one_sentence_on_top(page: str) -> None:
    """Before anything that has to be read; what went wrong on purpose is in the title of its box."""
    findings = make_findings()
    assert judge(findings) == (
        "1 of 4 runs failed, and 1 alert would have been sent, as was to be expected of what went wrong on purpose."
    )
    calm = replace(findings, mishaps=Mishaps(), runs=[make_run(1)], alarms=[])
    assert judge(calm) == "All is well: 1 run, none failed, and nobody would have been alerted."
    assert judge(replace(calm, paused=True)) == "Nothing started: the triggers of prod are paused."
    assert page.index('<p class="verdict failed">') < page.index('class="tiles"')
    assert (
        "<summary>Wrong on purpose: down on day 2, twice on day 3, refused on day 2 (stale-cleanup)</summary>" in page
    )


def test_what_goes_wrong_is_reported_in_words() -> None:
    """Days, jobs, and chance."""
    told = describe_mishaps(Mishaps.parse("lost@3-5/alerts,7:0.1", ["alerts"]))
    assert told == "lost on days 3 to 5 (alerts), one attempt or delivery in 10 drawn by seed 7"


def test_it_says_when_it_was_made_and_of_which_commit(page: str) -> None:
    """A report that lies around is known for what it is."""
    assert "Made 2026-11-28 09:30 UTC, commit abc1234." in page
    assert re.fullmatch(r"([0-9a-f]{7,})( with changes)?|", read_origin().commit)


def test_a_proxys_page_becomes_its_title(page: str) -> None:
    """In an alert's cause, in a reason, in a log; other text stays as it is."""
    html = "<html><head><title>503 Service Unavailable</title></head><body>x</body></html>"
    assert write_plainly(f"the last with 503: {html}, sorry") == (
        "the last with 503: 503 Service Unavailable (a page of HTML), sorry"
    )
    assert write_plainly("<!DOCTYPE html><body>Bad <b>gateway</b>") == "Bad gateway (a page of HTML)"
    assert (write_plainly(HOSTILE), "&lt;html" in page) == (HOSTILE, False)


def test_slow_runs_are_marked_and_plain_ones_folded() -> None:
    """More than three times the job's median; what is folded is counted."""
    slow = replace(make_run(5), ended=make_run(5).created + timedelta(minutes=4))
    usual = [make_run(day) for day in (1, 2, 3)]
    findings = replace(make_findings(), runs=[*usual, slow], alarms=[])
    (row,) = make_rows(findings)
    assert [mark.slow for cell in row.cells[:5] for mark in cell] == [False, False, False, False, True]
    page = render(findings, ORIGIN)
    folded = page.partition("<summary>3 runs done as usual</summary>")[2]
    assert folded.count('class="run"') == 3
    assert "4.0 times its usual 1 min 0 s" in page.partition('<details class="plain">')[0]


def test_one_is_singular() -> None:
    assert [count(number, "alert") for number in (0, 1, 2)] == ["0 alerts", "1 alert", "2 alerts"]
