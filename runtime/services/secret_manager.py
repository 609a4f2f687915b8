"""A secret: from the environment, else from Secret Manager."""

from __future__ import annotations

from runtime.process.errors import ConfigurationError, TransientError
from runtime.process.secret import Secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from runtime.config.catalog import Catalog
    from runtime.config.job import Job
    from runtime.config.settings import Settings
    from runtime.net.endpoint import Endpoint

ANSWER_SECONDS = 20.0


def complete_secrets(settings: Settings, job: Job, catalog: Catalog) -> None:
    """Adds to `settings.secrets` what the job needs and the environment did not give.

    Raises ConfigurationError that names the variable and the secret, TransientError where Secret Manager
    is out of reach.
    """
    for variable in job.secrets:
        if variable in settings.secrets:
            continue
        if settings.environment is None:
            raise ConfigurationError(
                f"{variable} is not set, and project {settings.project!r} belongs to no known environment",
                f"set {variable}",
            )
        name = catalog.secret_name(variable, settings.environment)
        value = _access(f"projects/{settings.project}/secrets/{name}/versions/latest", variable, settings.secret_api)
        settings.secrets[variable] = Secret(value, f"secret {name}")


def _access(resource: str, variable: str, endpoint: Endpoint | None) -> str:
    missing = f"{variable} is not set, and {resource} cannot be read"
    try:
        from runtime.process.site_packages import add_site_packages

        add_site_packages()
        from google.api_core import exceptions
        from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError
    except ImportError as error:
        raise ConfigurationError(f"{missing}: {error}", f"set {variable}, or install the dependencies") from error
    try:
        answer = _make_client(endpoint).access_secret_version(name=resource, timeout=ANSWER_SECONDS)
        return str(answer.payload.data.decode("utf-8"))
    except DefaultCredentialsError as error:
        raise ConfigurationError(
            f"{missing}: no Google credentials on this machine ({error.args[0]})",
            f"set {variable}, or GOOGLE_APPLICATION_CREDENTIALS",
        ) from error
    except (exceptions.NotFound, exceptions.BadRequest) as error:
        # Over REST a failed precondition arrives as a plain 400.
        raise ConfigurationError(
            f"{missing}: it does not exist or has no enabled version", "add one: gcloud secrets versions add"
        ) from error
    except (exceptions.Forbidden, exceptions.Unauthorized) as error:
        remedy = "grant roles/secretmanager.secretAccessor on it to this identity"
        raise ConfigurationError(f"{missing}: permission denied", remedy) from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{missing}: its value is not text", "store the key as plain text") from error
    except (exceptions.GoogleAPIError, GoogleAuthError, OSError) as error:
        raise TransientError(f"{missing}: {error}", "run the job again") from error


def _make_client(endpoint: Endpoint | None) -> Any:
    from google.cloud import secretmanager

    client = secretmanager.SecretManagerServiceClient
    if endpoint is None:
        return client(transport="rest")
    scheme = "https" if endpoint.secure else "http"
    make_transport = client.get_transport_class("rest")
    return client(transport=make_transport(host=f"{endpoint.host}:{endpoint.port}", url_scheme=scheme))
