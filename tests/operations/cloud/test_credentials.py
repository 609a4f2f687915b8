"""Where credentials are looked for, and which kinds are understood."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization

from operations.cloud.credentials import READERS, check_path, find_identity
from runtime.config.catalog import ROOT
from runtime.process.errors import ConfigurationError
from sandbox.control_plane.identity.accounts import Identities
from tests.support.scripted_google import EMAIL, STAGE

PERSON = {"type": "authorized_user", "client_id": "i", "client_secret": "s", "refresh_token": "r"}


def write(file: Path, info: dict[str, Any]) -> str:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(info), encoding="utf-8")
    return str(file)


def test_the_variable_comes_before_gclouds_own_file(tmp_path: Path) -> None:
    """As for every tool of Google's."""
    write(tmp_path / "gcloud" / "application_default_credentials.json", PERSON)
    variables = {"CLOUDSDK_CONFIG": str(tmp_path / "gcloud")}
    assert find_identity(variables, STAGE).email is None
    key = Identities().issue_key(EMAIL, STAGE.project, "http://127.0.0.1:1/token")
    variables["GOOGLE_APPLICATION_CREDENTIALS"] = write(tmp_path / "key.json", dict(key))
    assert find_identity(variables, STAGE).email == EMAIL


@pytest.mark.parametrize(
    ("info", "kind"),
    [
        (PERSON, "google.oauth2.credentials"),
        (
            {
                "type": "external_account",
                "audience": "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q",
                "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
                "token_url": "https://sts.googleapis.com/v1/token",
                "credential_source": {"file": "/nowhere"},
            },
            "google.auth.identity_pool",
        ),
        (
            {
                "type": "impersonated_service_account",
                "service_account_impersonation_url": "https://iamcredentials.googleapis.com/v1/projects/-/"
                "serviceAccounts/a@p.iam.gserviceaccount.com:generateAccessToken",
                "source_credentials": PERSON,
                "delegates": [],
            },
            "google.auth.impersonated_credentials",
        ),
    ],
)
def test_every_kind_that_gcloud_and_ci_write_is_understood(tmp_path: Path, info: dict[str, Any], kind: str) -> None:
    """People, impersonation, workload identity; keys are above."""
    assert info["type"] in READERS
    path = write(tmp_path / "file.json", info)
    credentials = find_identity({"GOOGLE_APPLICATION_CREDENTIALS": path}, STAGE).credentials
    assert kind == type(credentials).__module__


def test_a_cryptography_that_is_too_old_is_no_fault_of_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Debian's does not know an option; a new key would change nothing."""
    path = write(tmp_path / "key.json", dict(Identities().issue_key(EMAIL, STAGE.project, "http://127.0.0.1:1/token")))
    monkeypatch.setattr(serialization, "load_pem_private_key", lambda data, password: None)
    with pytest.raises(ConfigurationError, match=r"the Python packages are too old: .* - make setup"):
        find_identity({"GOOGLE_APPLICATION_CREDENTIALS": path}, STAGE)


def test_a_link_into_the_repository_is_inside_it(tmp_path: Path) -> None:
    """What counts is where the file is."""
    link = tmp_path / "key.json"
    link.symlink_to(Path(ROOT) / "key.json")
    with pytest.raises(ConfigurationError, match="inside the repository"):
        check_path(str(link))
