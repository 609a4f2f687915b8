"""What the report says in words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markupsafe import Markup

from sandbox.rehearsal.findings import Findings
from sandbox.rehearsal.mishaps import MEANINGS, Mishap, Mishaps

PAGE = re.compile(r"<(?:!doctype html|html)\b.*?(?:</html>|$)", re.IGNORECASE | re.DOTALL)
TITLE = re.compile(r"<title>(.*?)</title>", re.IGNORECASE | re.DOTALL)


def count(number: int, noun: str) -> str:
    """1 alert, 2 alerts."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def judge(findings: Findings) -> str:
    """The verdict, in one sentence."""
    if findings.paused:
        return f"Nothing started: the triggers of {findings.environment} are paused."
    failed = sum(not run.succeeded for run in findings.runs)
    runs, alerts = count(len(findings.runs), "run"), count(len(findings.alarms), "alert")
    on_purpose = bool(findings.mishaps.text)
    if failed or findings.alarms:
        excuse = ", as was to be expected of what went wrong on purpose" if on_purpose else ""
        return f"{failed} of {runs} failed, and {alerts} would have been sent{excuse}."
    praise = ", in spite of what went wrong on purpose" if on_purpose else ""
    return f"All is well: {runs}, none failed, and nobody would have been alerted{praise}."


def describe_mishaps(mishaps: Mishaps) -> str:
    """What went wrong on purpose, such as "down on day 12, lost on day 3 (alerts)"."""
    described = [_describe_mishap(mishap) for mishap in mishaps.named]
    if mishaps.rate:
        described.append(f"one attempt or delivery in {1 / mishaps.rate:.0f} drawn by seed {mishaps.seed}")
    return ", ".join(described)


def list_meanings(mishaps: Mishaps) -> Sequence[tuple[str, str]]:
    """The kinds that went wrong, each with what it means; all if chance decided."""
    kinds = {mishap.kind for mishap in mishaps.named}
    return [(kind, meaning) for kind, meaning in MEANINGS.items() if mishaps.rate or kind in kinds]


def write_plainly(text: str) -> str:
    """With a proxy's HTML page replaced by its title."""
    return PAGE.sub(_read_page, text)


def _describe_mishap(mishap: Mishap) -> str:
    days = f"day {mishap.first}" if mishap.first == mishap.last else f"days {mishap.first} to {mishap.last}"
    return f"{mishap.kind} on {days}{f' ({mishap.job})' if mishap.job else ''}"


def _read_page(found: re.Match[str]) -> str:
    title = TITLE.search(found[0])
    return f"{Markup(title[1] if title else found[0]).striptags()} (a page of HTML)"
