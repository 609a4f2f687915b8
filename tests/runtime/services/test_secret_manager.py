"""Secrets come from the environment, else from Secret Manager: NFR-SJ-002.1, NFR-SJ-002.2."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.config.catalog import load_catalog
from runtime.config.settings import Settings, read_settings
from runtime.process.errors import ConfigurationError, JobError, TransientError
from runtime.services.secret_manager import complete_secrets
from sandbox.control_plane import ControlPlane
from sandbox.control_plane.example import PROJECT, SECRET, account, make_plane
from sandbox.control_plane.world.world import Version
from sandbox.faults import Fault, Kind
from tests.support.admin_platform import serve_platform
from tests.support.job_process import run_process

CATALOG = load_catalog()
JOB = CATALOG.find("quota-reset")
RESOURCE = f"projects/{PROJECT}/secrets/{SECRET}"
MISSING = f"CA_ROOT_API_KEY is not set, and {RESOURCE}/versions/latest cannot be read"


class Store:
    """Google Cloud with the secret of stage, and a machine with the credentials of one account."""

    def __init__(self, plane: ControlPlane, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.plane = plane
        self._file = folder / "credentials.json"
        self._patch = patch
        self.become("daily")

    @property
    def versions(self) -> list[Version]:
        """The secret's, newest last."""
        return self.plane.world.secrets[RESOURCE]

    def become(self, name: str) -> None:
        """Puts another account's key on the machine."""
        self._file.write_text(json.dumps(self.plane.key_for(account(name), PROJECT)))
        self._patch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(self._file))

    def lose_credentials(self) -> None:
        """Where the key was said to be, there is none."""
        self._file.unlink()

    def complete(self, **variables: str) -> Settings:
        """The settings of quota-reset on stage, with its secrets."""
        places = {"GCP_PROJECT_ID": PROJECT, "CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER": self.plane.url}
        settings = read_settings(places | variables, JOB, CATALOG, lambda _: None)
        complete_secrets(settings, JOB, CATALOG)
        return settings

    def refuse(self, expected: type[JobError], **variables: str) -> JobError:
        """The error that completing ends with."""
        with pytest.raises(expected) as caught:
            self.complete(**variables)
        assert "\n" not in str(caught.value)
        return caught.value


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    with make_plane() as plane, socket.socket() as nobody:
        # google-auth looks up an account's regions on the side; that has to end on this machine.
        nobody.bind(("127.0.0.1", 0))
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{nobody.getsockname()[1]}")
        plane.world.secrets[RESOURCE] = [Version(b"the-old-key"), Version(b"the-key")]
        yield Store(plane, tmp_path, monkeypatch)


def test_the_environment_comes_first(store: Store) -> None:
    """On Cloud Run the platform has put the secret there; nobody is asked."""
    settings = store.complete(CA_ROOT_API_KEY="given")
    assert (settings.secrets["CA_ROOT_API_KEY"].reveal(), store.plane.server.requests) == ("given", [])


def test_secret_manager_is_asked_for_what_is_missing(store: Store) -> None:
    """Under the environment's name for it, the latest version."""
    assert store.complete(CA_ROOT_API_KEY="").secrets["CA_ROOT_API_KEY"].reveal() == "the-key"


def test_an_unknown_project_has_no_secret_names(store: Store) -> None:
    """Nothing is guessed, nobody asked."""
    error = store.refuse(ConfigurationError, GCP_PROJECT_ID="elsewhere", API_SERVICE_URL="https://api")
    assert error.problem == "CA_ROOT_API_KEY is not set, and project 'elsewhere' belongs to no known environment"
    assert store.plane.server.requests == []


def test_a_secret_that_is_not_there(store: Store) -> None:
    """With the command that adds a version."""
    store.versions.clear()
    error = store.refuse(ConfigurationError)
    assert error.problem == f"{MISSING}: it does not exist or has no enabled version"
    assert error.remedy == "add one: gcloud secrets versions add"


@pytest.mark.parametrize("state", ["DISABLED", "DESTROYED"])
def test_a_version_that_is_switched_off(store: Store, state: str) -> None:
    """The latest version is taken whatever its state, so that a revoked key is never replaced by an older one."""
    store.versions[-1].state = state
    assert store.refuse(ConfigurationError).problem == f"{MISSING}: it does not exist or has no enabled version"


def test_a_secret_that_this_identity_may_not_read(store: Store) -> None:
    """With the role that it lacks."""
    store.become("manual")
    error = store.refuse(ConfigurationError)
    assert error.problem == f"{MISSING}: permission denied"
    assert error.remedy == "grant roles/secretmanager.secretAccessor on it to this identity"


def test_a_machine_without_credentials(store: Store) -> None:
    """With the file that is not there, and the two ways out."""
    store.lose_credentials()
    error = store.refuse(ConfigurationError)
    lost = os.environ["GOOGLE_APPLICATION_CREDENTIALS"]
    assert error.problem == f"{MISSING}: no Google credentials on this machine (File {lost} was not found.)"
    assert error.remedy == "set CA_ROOT_API_KEY, or GOOGLE_APPLICATION_CREDENTIALS"


@pytest.mark.parametrize(("value", "problem"), [(b"key\n", "has a blank, a line break"), (b"", "is empty")])
def test_a_value_that_is_no_key(store: Store, value: bytes, problem: str) -> None:
    """The message names the secret, not the variable: there it has to be mended."""
    store.versions[-1].value = value
    error = store.refuse(ConfigurationError)
    assert error.problem.startswith(f"secret {SECRET} {problem}")
    assert "gcloud secrets versions add" in error.remedy


def test_a_value_that_is_no_text(store: Store) -> None:
    """A binary upload by mistake; it is not shown."""
    store.versions[-1].value = b"\xff\xfe"
    assert store.refuse(ConfigurationError).problem == f"{MISSING}: its value is not text"


@pytest.mark.parametrize("fault", [Fault(Kind.RESET, count=None), Fault(Kind.RESPOND, status=500, count=None)])
def test_a_service_out_of_reach_may_come_back(store: Store, fault: Fault) -> None:
    """Nothing was sent to anybody else, so the job may run again: exit status 75."""
    store.plane.server.faults.add(fault)
    error = store.refuse(TransientError)
    assert error.problem.startswith(f"{MISSING}: ")
    assert (error.exit_status, error.remedy) == (75, "run the job again")


def test_endpoints_are_those_of_the_settings(store: Store) -> None:
    """Where nobody listens nobody is asked."""
    with make_plane() as plane:
        closed = plane.url
    settings = store.complete(CA_ROOT_API_KEY="k", CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER=closed)
    settings.secrets.clear()
    with pytest.raises(TransientError):
        complete_secrets(settings, JOB, CATALOG)


def test_a_job_runs_with_a_key_that_only_secret_manager_has(store: Store) -> None:
    """As a process, with the third-party client imported on the way; the key is in none of its lines."""
    with serve_platform() as platform:
        platform.state.key = "the-key"
        variables = platform.variables | {
            "CA_ROOT_API_KEY": "",
            "CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER": store.plane.url,
        }
        names = ("GOOGLE_APPLICATION_CREDENTIALS", "HTTPS_PROXY")
        ending = run_process("quota-reset", **variables, **{name: os.environ[name] for name in names})
    assert (ending.exit_status, ending.summary["status"], ending.errors) == (0, "done", "")
    assert "the-key" not in ending.output
