"""The help of bin/run-job has a job's own options as the catalog declares them."""

from __future__ import annotations

import pytest

from operations.executions.usage import describe_options
from runtime.config.catalog import load_catalog
from tests.catalog import JOBS


@pytest.mark.parametrize("name", JOBS)
def test_an_option_is_shown_with_its_value_and_a_switch_alone(name: str) -> None:
    """A switch takes none, and no word stands for it."""
    lines = describe_options(load_catalog().find(name)).splitlines()
    shown = {line[2:].split("  ")[0] for line in lines if line.startswith("  --")}
    assert shown == {" ".join(filter(None, (option["flag"], option["value"]))) for option in JOBS[name]["options"]}
