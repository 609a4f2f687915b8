"""Promotion: what one environment runs becomes another one's image, the same bytes under the same digest."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from importlib import import_module

from operations.cloud.google_session import GoogleSession
from operations.cloud.key_credentials import KeyCredentials
from operations.cloud.refusals import CredentialsRefused
from operations.cloud.token_transport import TokenTransport
from operations.images.labels import OCI
from operations.images.names import name_repository
from operations.images.registry import Manifest, Registry
from runtime.config.catalog import Catalog
from runtime.config.environment import Environment
from runtime.net.transport import UrllibTransport
from runtime.process.errors import JobError

ADDRESS = "https://gcr.io"
# Points elsewhere, as gcloud's variables do for the APIs.
VARIABLE = "CONTAINER_REGISTRY_URL"


@dataclass(frozen=True, slots=True)
class Promotion:
    """From one environment to the session's."""

    session: GoogleSession
    source: Environment
    digest: str

    @property
    def image(self) -> str:
        """What is promoted."""
        return f"{name_repository(self.source)}@{self.digest}"

    def require_deployed(self, catalog: Catalog) -> None:
        """The source's jobs run this image, all of them; else JobError: nobody has tested it there."""
        place = f"projects/{self.source.project}/locations/{self.source.region}"
        names = {f"{place}/jobs/{self.source.job_name(job)}" for job in catalog.jobs}
        jobs = self.session.ask_pages("RUN", f"/v2/{place}/jobs", "jobs")
        running = {job["template"]["template"]["containers"][0]["image"] for job in jobs if job["name"] in names}
        if running != {self.image}:
            found = ", ".join(sorted(running)) or "nothing"
            remedy = f"bin/create-all-jobs {self.source.name}, and see that its jobs work, before promoting"
            raise JobError(f"{self.source.name} is to run {self.image}, but runs {found}", remedy)

    def copy(self) -> str:
        """Copies the image; its tag in the new place, which is the commit that it was built from."""
        registry = Registry(os.environ.get(VARIABLE) or ADDRESS, make_token(self.session))
        source, target = (strip_host(name_repository(place)) for place in (self.source, self.session.environment))
        manifest = registry.read_manifest(source, self.digest)
        parts = json.loads(manifest.content)
        for blob in (*parts["layers"], parts["config"]):
            registry.copy_blob(blob["digest"], blob["size"], source, target)
        tag = read_revision(registry, target, manifest)
        registry.write_manifest(target, tag, manifest)
        return tag


def strip_host(repository: str) -> str:
    """A repository's name, as its registry knows it."""
    return repository.partition("/")[2]


def read_revision(registry: Registry, repository: str, manifest: Manifest) -> str:
    """The commit that an image names in its labels."""
    configuration = json.loads(registry.read_blob(repository, json.loads(manifest.content)["config"]["digest"]))
    return str(configuration["config"]["Labels"][f"{OCI}.revision"])


def make_token(session: GoogleSession) -> str:
    """An OAuth access token: a registry takes no token that a key has signed by itself."""
    credentials = session.identity.credentials
    if isinstance(credentials, KeyCredentials):
        credentials = credentials.for_exchange()
    try:
        credentials.refresh(TokenTransport(UrllibTransport()))
    except import_module("google.auth.exceptions").GoogleAuthError as error:
        raise CredentialsRefused(
            f"no token for {session.who}: {error}", "gcloud auth application-default login"
        ) from error
    return str(credentials.token)
