"""docs/glossary.md explains each status and state that a command prints."""

from __future__ import annotations

import re

from operations.cloud.executions import State
from operations.diagnosis.finding import Health
from operations.executions.verdict import WORDS
from operations.terminal.color import STYLES
from runtime.migration.plan import STATES
from runtime.process.outcome import EXIT_STATUSES
from tests.catalog import ROOT

TEXT = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").partition("## Statuses")[2]
# In the first cell of a row, or as a word of --json.
EXPLAINED = {
    word.strip("`")
    for line in TEXT.splitlines()
    if line.startswith("| ")
    for word in (*line.split("|")[1].split(","), *re.findall(r"`[a-z ]+`", line))
    for word in (word.strip(),)
}


def test_each_status_is_explained() -> None:
    """Those of summaries, executions, checks and migrations, and all that have a color."""
    colored = {word for words in STYLES.values() for word in words}
    printed = {*EXIT_STATUSES, *WORDS.values(), *State, *Health, *colored, *STATES}
    assert len(printed) > 20
    assert printed - EXPLAINED == set()
