"""Environment variables, read one by one, with their problems collected; where services and files are among them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from runtime.config.catalog import Catalog
from runtime.config.environment import Environment
from runtime.net.endpoint import read_endpoint
from runtime.process.errors import ConfigurationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    T = TypeVar("T")

METADATA_HOSTS = ("metadata.google.internal", "169.254.169.254")
FOLDER_REMEDY = "set it to the folder with the NN_name.sql files, or leave it unset for the image's own"


class VariableReader:
    """Reads environment variables; what is wrong with them is collected in `problems`."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = variables
        self.problems: list[str] = []

    def text(self, name: str) -> str | None:
        """The value, None if it is not set or empty."""
        return self.variables.get(name) or None

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """A whole number within both bounds."""
        text = self.text(name)
        if text is None:
            return default
        # Python refuses to read thousands of digits.
        if not (text.isascii() and text.isdigit() and len(text) < 20 and least <= int(text) <= most):
            self.problems.append(f"{name} is {text!r}, not a number from {least} to {most}")
            return default
        return int(text)

    def endpoint(self, name: str, default: str = "") -> str:
        """An address, the default if it is not set; empty if there is none, or a wrong one."""
        text = self.text(name) or default
        return self.attempt(read_endpoint, text, name) or "" if text else ""

    def attempt(self, read: Callable[..., T], *arguments: object) -> T | None:
        """What `read` returns; its ConfigurationError becomes a problem and None."""
        try:
            return read(*arguments)
        except ConfigurationError as error:
            self.problems.append(str(error))
            return None


def read_metadata_host(reader: VariableReader) -> str:
    """The metadata server of this machine, or its stand-in."""
    # The real server speaks plain http on a link-local address; anywhere else it has to be this machine.
    host = reader.text("GCE_METADATA_HOST") or METADATA_HOSTS[0]
    if host in METADATA_HOSTS:
        return f"http://{host}"
    try:
        return read_endpoint(f"http://{host}", "GCE_METADATA_HOST")
    except ConfigurationError:
        # Its remedy, https, is none here.
        known = " or ".join(METADATA_HOSTS)
        reader.problems.append(
            f"GCE_METADATA_HOST is {host!r}, not {known}, nor a host[:port] of this machine: unset it"
        )
    return ""


def read_migrations_dir(reader: VariableReader) -> str | None:
    """The folder of the migrations, None for the image's own."""
    folder = reader.text("MIGRATIONS_DIR")
    try:
        if folder and not any(name.endswith(".sql") for name in os.listdir(folder)):
            reader.problems.append(f"MIGRATIONS_DIR {folder} holds no migration: {FOLDER_REMEDY}")
    except OSError as error:
        reader.problems.append(f"MIGRATIONS_DIR {folder} cannot be read: {error.strerror}: {FOLDER_REMEDY}")
    return folder


def read_api(reader: VariableReader, project: str, environment: Environment | None, catalog: Catalog) -> str:
    """The admin API: its explicit address, else that of the environment."""
    known = sorted({each.project for each in catalog.environments.values()})
    if project and project not in known and not reader.text("API_SERVICE_URL"):
        reader.problems.append(
            f"no API address is known for project {project!r}: set API_SERVICE_URL, or use one of {', '.join(known)}"
        )
    return reader.endpoint("API_SERVICE_URL", environment.api_url if environment else "")


def read_reference(reader: VariableReader, project: str, environment: Environment | None) -> str:
    """The Supabase project: explicit, else the environment's."""
    reference = reader.text("SUPABASE_PROJECT_REF") or (environment.supabase_ref if environment else "")
    if not reference and project:
        reader.problems.append(f"no Supabase project is known for {project!r}: set SUPABASE_PROJECT_REF")
    # The Management API's own pattern for a project: ^[a-z]{20}$.
    elif reference and not (len(reference) == 20 and all("a" <= letter <= "z" for letter in reference)):
        reader.problems.append(f"SUPABASE_PROJECT_REF is {reference!r}, not 20 lower-case letters")
    return reference
