"""Secret Manager v1: a secret's value, with the operator's own rights."""

from __future__ import annotations

import base64

from operations.cloud.google_session import GoogleSession
from operations.terminal.printable import SECRETS
from runtime.config.catalog import Catalog
from runtime.process.errors import UnexpectedAnswer
from runtime.process.secret import Secret


def read_secret(session: GoogleSession, catalog: Catalog, variable: str) -> Secret:
    """The latest version of the secret behind an environment variable of the jobs.

    Raises ConfigurationError for a value that no job could use, and what GoogleSession raises.
    """
    name = catalog.secret_name(variable, session.environment)
    path = f"/v1/projects/{session.environment.project}/secrets/{name}/versions/latest:access"
    answer = session.ask("SECRETMANAGER", "GET", path)
    try:
        value = base64.b64decode(answer["payload"]["data"], validate=True).decode("utf-8", "replace")
    except (KeyError, TypeError, ValueError) as error:
        # Not the answer itself, which may hold the value.
        raise UnexpectedAnswer(f"Secret Manager answered without the value of {name}") from error
    secret = Secret(value, f"the secret {name}")
    SECRETS.add(secret)
    return secret
