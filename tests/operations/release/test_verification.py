"""A release is verified by the same rule that bootstrap ends by: nothing is missing."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

import operations.release.verification
from operations.release.verification import Verification
from runtime.config.catalog import load_catalog
from runtime.process.errors import JobError
from runtime.process.secret import Secret
from tests.support.scripted_api import make_api
from tests.support.scripted_transport import Answer

CATALOG = load_catalog()
PLATFORM = next(job for job in CATALOG.jobs if job.release_check == "platform")
TABLES = [f"org_{number}" for number in range(21)]
STATUS = {"status": "OUT_OF_SYNC", "tables_existing": TABLES, "tables_missing": [], "message": "m"}


def verify(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> str:
    api, _ = make_api(Answer(200, STATUS | changes))
    services: Any = SimpleNamespace(open_admin_api=lambda _key: api, environment=SimpleNamespace(name="stage"))
    monkeypatch.setattr(operations.release.verification, "read_secret", lambda *_: Secret("k3y", "KEY"))
    nothing: Any = None
    return Verification(CATALOG, nothing, services, nothing)._check_platform(PLATFORM)


def test_columns_of_earlier_versions_do_not_hold_a_release_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The platform stays OUT_OF_SYNC for ever; they are told."""
    diff = {"org_1": {"missing_columns": [], "extra_columns": ["old"]}}
    assert verify(monkeypatch, schema_diffs=diff) == "OUT_OF_SYNC, 21 tables, extra columns: org_1: old"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"tables_missing": ["org_x"]}, "missing tables: org_x"),
        ({"schema_diffs": {"org_1": {"missing_columns": ["a"]}}}, "missing columns: org_1: a"),
    ],
)
def test_what_is_missing_sends_back_to_the_job_that_makes_it(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], problem: str
) -> None:
    """By table and column."""
    with pytest.raises(JobError) as caught:
        verify(monkeypatch, **changes)
    assert caught.value.problem == f"the platform is OUT_OF_SYNC, {problem}"
    assert caught.value.remedy == f"bin/release stage --from {PLATFORM.name}"
