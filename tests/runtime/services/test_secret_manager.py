"""Secrets come from the environment, else from Secret Manager: NFR-SJ-002.1, NFR-SJ-002.2."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from google.auth.exceptions import RefreshError
from google.oauth2.service_account import Credentials

from runtime.config.catalog import load_catalog
from runtime.config.settings import Settings
from runtime.process.errors import ConfigurationError, JobError, TransientError, UnexpectedAnswer
from runtime.services.secret_manager import ATTEMPTS, read_secrets
from sandbox.control_plane import ControlPlane
from sandbox.control_plane.example import PROJECT, SECRET, account, make_plane
from sandbox.control_plane.world.world import Version
from sandbox.faults import Fault, Kind
from tests.support.admin_platform import serve_platform
from tests.support.job_process import run_process
from tests.support.raw_server import Peer, raw_server
from tests.support.records import Records
from tests.support.virtual_clock import VirtualClock

CATALOG = load_catalog()
JOB = CATALOG.find("quota-reset")
RESOURCE = f"projects/{PROJECT}/secrets/{SECRET}"
ACCESS = f"/v1/{RESOURCE}"
MISSING = f"CA_ROOT_API_KEY is not set, and {RESOURCE}/versions/latest cannot be read"


class Store:
    """Google Cloud with the secret of stage, and a machine with the credentials of one account."""

    def __init__(self, plane: ControlPlane, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.plane = plane
        self._file = folder / "credentials.json"
        self._patch = patch
        self.clock = VirtualClock()
        self.log = Records(self.clock)
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
        """There is no key at its path."""
        self._file.unlink()

    def complete(self, **variables: str) -> str:
        """The key that quota-reset gets on stage."""
        places = {"GCP_PROJECT_ID": PROJECT, "CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER": self.plane.url}
        settings = Settings(places | variables, JOB, CATALOG, lambda _: None)
        secrets = read_secrets(settings, JOB, CATALOG, clock=self.clock, log=self.log)
        return secrets["CA_ROOT_API_KEY"].reveal()

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
    assert (store.complete(CA_ROOT_API_KEY="given"), store.plane.server.requests) == ("given", [])


def test_secret_manager_is_asked_for_what_is_missing(store: Store) -> None:
    """Under the environment's name for it, the latest version."""
    assert store.complete(CA_ROOT_API_KEY="") == "the-key"


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
    """The latest version is read in any state, so that a revoked key is never replaced by an older one."""
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


def test_credentials_that_google_refuses(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 1: an account that is gone does not come back by waiting."""

    def refuse(*_arguments: object) -> None:
        raise RefreshError("invalid_grant: account not found")  # type: ignore[no-untyped-call]

    monkeypatch.setattr(Credentials, "before_request", refuse)
    error = store.refuse(JobError)
    assert error.problem == f"{MISSING}: Google refused the credentials: RefreshError: invalid_grant: account not found"
    assert store.clock.waits == []
    assert (error.exit_status, error.remedy) == (1, "check the service account, or the key file")


@pytest.mark.parametrize(("value", "problem"), [(b"key\n", "has a blank, a line break"), (b"", "is empty")])
def test_a_value_that_is_no_key(store: Store, value: bytes, problem: str) -> None:
    """The message names the secret, not the variable: the secret has to be fixed."""
    store.versions[-1].value = value
    error = store.refuse(ConfigurationError)
    assert error.problem.startswith(f"secret {SECRET} {problem}")
    assert "gcloud secrets versions add" in error.remedy


def test_a_value_that_is_no_text(store: Store) -> None:
    """A binary upload by mistake; it is not shown."""
    store.versions[-1].value = b"\xff\xfe"
    problem = store.refuse(ConfigurationError).problem
    assert problem.startswith(f"secret {SECRET} has a blank, a line break or another character that no key has")


@pytest.mark.parametrize("fault", [Fault(Kind.RESET, count=None), Fault(Kind.RESPOND, status=500, count=None)])
def test_a_service_out_of_reach_may_come_back(store: Store, fault: Fault) -> None:
    """Nothing was sent to anybody else, so the job may run again: exit status 75."""
    store.plane.server.faults.add(fault)
    error = store.refuse(TransientError)
    assert error.problem.startswith(f"{MISSING}: Secret Manager gave up after {ATTEMPTS} of {ATTEMPTS} attempts")
    assert (error.exit_status, error.remedy) == (75, "run the job again")
    assert store.clock.waits == [1.0, 2.0, 4.0, 8.0]


@pytest.mark.parametrize(
    "fault",
    [
        *(Fault(Kind.RESPOND, status=status, body="<html>busy</html>") for status in (429, 500, 502, 503)),
        Fault(Kind.RESET),
        Fault(Kind.CLOSE),
        Fault(Kind.TRUNCATE, size=10),
    ],
    ids=lambda fault: f"{fault.kind.name} {fault.status}",
)
def test_what_may_pass_is_asked_again(store: Store, fault: Fault) -> None:
    """One wait, told in the log like every other."""
    store.plane.server.faults.add(Fault(fault.kind, status=fault.status, body=fault.body, size=fault.size, path=ACCESS))
    assert store.complete() == "the-key"
    assert (store.clock.waits, len(store.log.events("retry"))) == ([1.0], 1)


@pytest.mark.parametrize("body", ["", "<html>hello</html>", '{"payload": 5}', '{"payload": {"data": 5}}'])
def test_an_answer_that_is_none_is_no_defect_of_the_job(store: Store, body: str) -> None:
    """A 200 of a captive portal, say: one line, with the address to check; asked once."""
    store.plane.server.faults.add(Fault(Kind.RESPOND, status=200, body=body, path=ACCESS))
    error = store.refuse(UnexpectedAnswer)
    assert error.problem.startswith(f"{MISSING}: Secret Manager's answer is invalid: ")
    assert store.clock.waits == []


def test_loopback_is_not_reached_through_a_proxy(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """With any proxy variables: the proxy sees nothing, neither the key nor the token."""
    with raw_server(Peer.hang) as proxy:
        for name, value in (("HTTP_PROXY", str(proxy.endpoint)), ("no_proxy", ""), ("NO_PROXY", "")):
            monkeypatch.setenv(name, value)
        assert store.complete() == "the-key"
        assert proxy.connections == 0


def test_endpoints_are_those_of_the_settings(store: Store) -> None:
    """If nobody listens, nobody is asked."""
    with make_plane() as plane:
        closed = plane.url
    store.refuse(TransientError, CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER=closed)


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
