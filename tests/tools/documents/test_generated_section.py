"""The generated parts of the documents stand between their markers."""

from __future__ import annotations

import pytest

from runtime.process.errors import ConfigurationError
from tools.documents.generated_section import replace_section

PLACE = "<!-- jobs: from jobs.json -->\nold\n<!-- /jobs -->\n"


def test_the_text_between_the_markers_is_replaced_and_nothing_else() -> None:
    """Other sections of the same document stay."""
    other = PLACE.replace("jobs", "grants")
    assert PLACE.replace("old", "new") + other == replace_section(PLACE + other, "jobs", "new")


@pytest.mark.parametrize("document", ["# Nothing\n", PLACE * 2])
def test_a_document_without_one_place_for_it_is_refused(document: str) -> None:
    """Else it would silently grow old."""
    with pytest.raises(ConfigurationError, match="generated section 'jobs'"):
        replace_section(document, "jobs", "new")
