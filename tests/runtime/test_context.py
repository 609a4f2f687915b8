"""What a run is given."""

from __future__ import annotations

from typing import Any

import pytest

from runtime.config.catalog import load_catalog
from runtime.config.settings import Settings
from runtime.context import MARGIN_SECONDS, Context
from runtime.process.errors import ConfigurationError
from runtime.process.outcome import Progress
from tests.support.records import Records
from tests.support.virtual_clock import VirtualClock


def make_context(clock: VirtualClock, started: float) -> Context:
    catalog = load_catalog()
    job: Any = catalog.find("quota-reset")
    variables = {"GCP_PROJECT_ID": "cloudact-prod", "CA_ROOT_API_KEY": "k", "JOB_TIMEOUT_SECONDS": "300"}
    settings = Settings(variables, job, catalog, lambda _: None)
    edge: Any = {"clock": clock, "log": Records(clock), "progress": Progress(), "transport": None}
    return Context(job, {}, settings, {}, started=started, **edge)


def test_the_time_that_the_settings_took_is_part_of_the_run() -> None:
    """The platform's timeout began with the process; Secret Manager may have been slow."""
    clock = VirtualClock()
    started = clock.monotonic()
    clock.sleep(4.0)
    assert started + 300 - MARGIN_SECONDS == make_context(clock, started).deadline


def test_a_service_whose_secret_the_catalog_does_not_give_cannot_be_called() -> None:
    """A job's author reads what to add."""
    context = make_context(VirtualClock(), 0.0)
    with pytest.raises(ConfigurationError, match=r"jobs.json gives quota-reset no secret of that service"):
        context.http(context.settings.supabase, {})
