"""SECURITY.md says who may do what: neither more nor less than Terraform plans."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from runtime.config.catalog import ROOT, load_catalog
from sandbox.terraform.estate import NAMES, list_resources
from tests.terraform.test_grants import read_grants
from tools.documents.grant_table import insert_grant_table, list_grants


@pytest.mark.parametrize("name", NAMES)
def test_the_table_is_what_terraform_grants(name: str, states: dict[str, Any]) -> None:
    """Account, role and object of each grant of each environment; no account is without one."""
    catalog = load_catalog()
    grants = {grant.resolve(catalog, catalog.environment(name)) for grant in list_grants(catalog)}
    accounts = list_resources(states[name], "google_service_account").values()
    assert grants == read_grants(states[name])
    assert {account for account, _, _ in grants} == {account["account_id"] for account in accounts}


def test_the_page_is_up_to_date() -> None:
    """Else: make docs."""
    page = Path(ROOT, "SECURITY.md").read_text(encoding="utf-8")
    assert insert_grant_table(page, load_catalog()) == page
