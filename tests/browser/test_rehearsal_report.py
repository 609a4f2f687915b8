"""The rehearsal's report in a real browser, opened from the file system."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.rehearsal.report import write_report
from tests.browser.chromium import Chromium
from tests.browser.made_up import HOSTILE, make_findings

SEEN = "[...document.querySelectorAll('.log')].filter(log => log.checkVisibility()).map(log => log.id)"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    """The report, loaded."""
    folder = tmp_path_factory.mktemp("browser")
    write_report(make_findings(), folder / "report.html")
    with Chromium(folder / "profile") as browser:
        browser.open((folder / "report.html").as_uri())
        yield browser


def test_one_click_in_the_calendar_shows_a_log(page: Chromium) -> None:
    """All are closed at first; the sign of a failed run opens its own and no other."""
    assert page.evaluate(SEEN) == []
    page.click("a.mark.failed")
    assert page.evaluate(SEEN) == ["log-cloudact-daily-alerts-00004"]


def test_one_click_on_a_run_shows_its_log(page: Chromium) -> None:
    """And another one closes it again."""
    page.click("#runs-alerts + details > summary")
    assert "log-cloudact-daily-alerts-00002" in page.evaluate(SEEN)
    page.click("#runs-alerts + details > summary")
    assert "log-cloudact-daily-alerts-00002" not in page.evaluate(SEEN)


def test_the_sign_of_a_run_that_is_folded_away_shows_its_log(page: Chromium) -> None:
    """Runs that were done as usual are folded, and the sign opens both."""
    page.click("a.mark.done")
    assert "log-cloudact-daily-alerts-00001" in page.evaluate(SEEN)


def test_keyboard_reaches_a_log(page: Chromium) -> None:
    """Every sign is a link with its own text."""
    names = page.evaluate("[...document.querySelectorAll('a.mark')].map(mark => mark.getAttribute('aria-label'))")
    assert names == [
        "alerts, 01 December 08:00: done in 1 min 0 s",
        "alerts, 02 December 08:00: done after a retry in 2 min 0 s",
        "alerts, 03 December 08:00: skipped in 1 min 0 s",
        "alerts, 04 December 08:00: failed in 1 min 0 s",
    ]


def test_what_a_log_says_stays_text(page: Chromium) -> None:
    """It is read as it was written, and nothing of it runs."""
    assert page.evaluate("document.title") == "Rehearsal of prod, December 2026"
    assert page.evaluate("document.querySelectorAll('script, img, iframe').length") == 0
    assert HOSTILE in page.evaluate("document.querySelector('.alerts').textContent")


@pytest.mark.parametrize("width", [360, 1400])
def test_page_fits_a_phone_and_a_desk(page: Chromium, width: int) -> None:
    """Wide tables scroll by themselves; the page never does sideways."""
    page.call("Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=False)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth") is True


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_marks_are_distinguished_from_their_ground(page: Chromium, scheme: str) -> None:
    """The page has its own colors for both schemes."""
    page.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == {"light": "rgb(255, 255, 255)", "dark": "rgb(13, 17, 23)"}[scheme]


def test_page_asks_for_nothing_and_complains_of_nothing(page: Chromium) -> None:
    """One request, for the file itself; no error, no warning, no violation of its policy."""
    page.evaluate("document.body.offsetHeight")
    requested = {event["request"]["url"].partition("#")[0] for event in page.told("Network.requestWillBeSent")}
    assert {url.partition(":")[0] for url in requested} == {"file"}
    assert len(requested) == 1
    assert (page.told("Log.entryAdded"), page.told("Runtime.exceptionThrown")) == ([], [])
    assert page.told("Runtime.consoleAPICalled") == []
