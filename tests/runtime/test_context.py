"""What a run is given."""

from __future__ import annotations

from typing import Any

from runtime.config.catalog import load_catalog
from runtime.config.settings import read_settings
from runtime.context import MARGIN_SECONDS, Context
from runtime.process.secret import Redactor
from tests.support.records import Records
from tests.support.virtual_clock import VirtualClock


def test_the_time_that_the_settings_took_is_part_of_the_run() -> None:
    """The platform's timeout began with the process; Secret Manager may have been slow."""
    clock, catalog = VirtualClock(), load_catalog()
    variables = {"GCP_PROJECT_ID": "cloudact-prod", "CA_ROOT_API_KEY": "k", "JOB_TIMEOUT_SECONDS": "300"}
    settings = read_settings(variables, catalog.find("quota-reset"), catalog, lambda _: None)
    started = clock.monotonic()
    clock.sleep(4.0)
    unused: Any = None
    context = Context(
        unused,
        unused,
        settings,
        clock=clock,
        log=Records(clock),
        redactor=Redactor(),
        transport=None,
        started=started,
    )
    assert started + 300 - MARGIN_SECONDS == context.deadline
