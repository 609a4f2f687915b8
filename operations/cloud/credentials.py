"""Application Default Credentials, with what is usually wrong about them refused by name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from operations.cloud.key_credentials import SCOPES, KeyCredentials
from runtime.config.catalog import ROOT
from runtime.config.environment import Environment
from runtime.net.endpoint import read_endpoint
from runtime.process.clock import Clock
from runtime.process.errors import ConfigurationError
from runtime.services.metadata import ask_project

VARIABLE = "GOOGLE_APPLICATION_CREDENTIALS"
# What names a project to gcloud and to Google's libraries.
PROJECT_VARIABLES = ("GOOGLE_CLOUD_PROJECT", "CLOUDSDK_CORE_PROJECT")
GET_SOME = (
    f"gcloud auth application-default login, or export {VARIABLE}=/absolute/path/of/key.json, outside the repository"
)
# google.auth.load_credentials_from_file is deprecated: a file's type decides which class may read it.
READERS = {
    "authorized_user": ("google.oauth2.credentials", "from_authorized_user_info"),
    "external_account": ("google.auth.identity_pool", "from_info"),
    "impersonated_service_account": ("google.auth.impersonated_credentials", "from_impersonated_service_account_info"),
}
KEY = "service_account"
# How a package of another version than the lock's shows itself.
OUTDATED = (AttributeError, ImportError, TypeError)
SET_UP = "make setup"
METADATA_HOST = "metadata.google.internal"


@dataclass(frozen=True, slots=True)
class Identity:
    """The caller: google-auth's or a key's credentials, the account's e-mail address if known, their source."""

    credentials: Any
    email: str | None
    source: str


def find_identity(variables: Mapping[str, str], environment: Environment) -> Identity:
    """The operator's credentials: the variable's file, else gcloud's, else the metadata server's.

    Raises ConfigurationError for none, for a path that tools read differently, for a key inside the repository, and
    for another project than the environment's.
    """
    _check_project(variables, environment)
    path = variables.get(VARIABLE)
    if path:
        return _read_file(check_path(path), environment)
    well_known = find_gcloud_folder(variables) / "application_default_credentials.json"
    if well_known.is_file():
        return _read_file(well_known, environment)
    if ask_project(_metadata_server(variables)) is None:
        raise ConfigurationError("there are no Google credentials on this machine", GET_SOME)
    credentials = _load("google.auth.compute_engine").Credentials(scopes=SCOPES)
    return Identity(credentials, None, "the metadata server")


def check_variables(variables: Mapping[str, str], environment: Environment) -> None:
    """The same refusals for a program that finds credentials by itself; that there are some is its own concern."""
    _check_project(variables, environment)
    path = variables.get(VARIABLE)
    if path:
        _read_info(check_path(path), environment)


def find_gcloud_folder(variables: Mapping[str, str]) -> Path:
    """Where gcloud keeps its configuration."""
    folder = variables.get("CLOUDSDK_CONFIG")
    return Path(folder) if folder else Path.home() / ".config" / "gcloud"


def check_path(text: str) -> Path:
    """The file that the variable names, else ConfigurationError: it has to be absolute and outside the repository."""
    path = Path(text)
    if not path.is_absolute():
        intended = path.expanduser() if text.startswith("~") else path.absolute()
        raise ConfigurationError(f"{VARIABLE} is {text!r}, not an absolute path", f"export {VARIABLE}={intended}")
    if path.resolve().is_relative_to(Path(ROOT).resolve()):
        raise ConfigurationError(
            f"{VARIABLE} is {text!r}, inside the repository: a commit may publish it", "move it to ~/.gcp/"
        )
    return path


def _check_project(variables: Mapping[str, str], environment: Environment) -> None:
    for name in PROJECT_VARIABLES:
        project = variables.get(name)
        if project and project != environment.project:
            raise ConfigurationError(
                f"{name} is {project!r}, but {environment.name} is in project {environment.project}",
                f"unset it, or set it to {environment.project}",
            )


def _read_file(path: Path, environment: Environment) -> Identity:
    info = _read_info(path, environment)
    return Identity(_make_credentials(info, path), info.get("client_email"), str(path))


def _read_info(path: Path, environment: Environment) -> dict[str, Any]:
    try:
        info: Any = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigurationError(f"{VARIABLE} names {path}, which does not exist", GET_SOME) from error
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}", GET_SOME) from error
    except ValueError as error:
        raise ConfigurationError(f"{path} is not a Google credentials file: it is not JSON", GET_SOME) from error
    kind = info.get("type") if isinstance(info, dict) else None
    if not isinstance(kind, str):
        raise ConfigurationError(f"{path} is not a Google credentials file: it has no type", GET_SOME)
    if kind not in (KEY, *READERS):
        raise ConfigurationError(
            f"{path} holds credentials of type {kind!r}, not {', '.join((*READERS, KEY))}", GET_SOME
        )
    project = info.get("project_id")
    if project not in (None, environment.project):
        raise ConfigurationError(
            f"{path} is a key of project {project}, but {environment.name} is in project {environment.project}",
            f"use a key of {environment.project}",
        )
    return dict(info)


def _make_credentials(info: dict[str, Any], path: Path) -> Any:
    try:
        credentials: Any = _make_key(info) if info["type"] == KEY else _find_reader(info["type"])(info)
    except ConfigurationError:
        raise
    except Exception as error:
        reason = f"it has no {error}" if isinstance(error, KeyError) else error
        raise ConfigurationError(f"{path} is damaged: {reason}", GET_SOME) from error
    return credentials.with_scopes(SCOPES) if getattr(credentials, "requires_scopes", False) else credentials


def _make_key(info: dict[str, Any]) -> KeyCredentials:
    _load("cryptography")
    try:
        return KeyCredentials(info, Clock())
    except OUTDATED as error:
        raise ConfigurationError(f"the Python packages are too old: {error}", SET_UP) from error


def _find_reader(kind: str) -> Any:
    module, reader = READERS[kind]
    try:
        return getattr(_load(module).Credentials, reader)
    except OUTDATED as error:
        raise ConfigurationError(f"the Python packages are too old: {error}", SET_UP) from error


def _load(module: str) -> Any:
    try:
        return import_module(module)
    except ImportError as error:
        raise ConfigurationError(f"a package is not installed: {error}", SET_UP) from error


def _metadata_server(variables: Mapping[str, str]) -> str:
    host = variables.get("GCE_METADATA_HOST")
    return read_endpoint(f"http://{host}", "GCE_METADATA_HOST") if host else f"http://{METADATA_HOST}"
