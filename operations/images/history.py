"""The images that an environment has had, as Artifact Registry lists them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from operations.cloud.answers import require_moment
from operations.cloud.google_session import GoogleSession
from operations.images.names import name_repository
from runtime.process.errors import UsageError

# How far back bin/build-image --use goes; the registry's clean-up keeps more.
RECENT = 5
# Container Registry's host name, served by Artifact Registry from a repository of that name.
REGISTRY = "locations/us/repositories/gcr.io"


@dataclass(frozen=True, slots=True)
class Upload:
    """An image that was pushed."""

    digest: str
    moment: datetime
    tags: tuple[str, ...]

    def render(self, chosen: str | None) -> str:
        """One line, marked if it is the chosen digest."""
        mark = "  <- chosen" if self.digest == chosen else ""
        return f"{self.digest}  {self.moment:%Y-%m-%d %H:%M}  {','.join(self.tags) or '-'}{mark}"

    def describe(self) -> dict[str, Any]:
        """The same for programs."""
        return {"digest": self.digest, "uploaded": self.moment.isoformat(), "tags": list(self.tags)}


def list_recent(session: GoogleSession) -> tuple[Upload, ...]:
    """The last five, newest first."""
    environment = session.environment
    parent = f"projects/{environment.project}/{REGISTRY}/dockerImages"
    # Not by `uri`: it has us-docker.pkg.dev, even if the image was pushed to another host name.
    prefix = f"{parent}/{name_repository(environment).rpartition('/')[2]}@"
    listed = session.ask_pages("ARTIFACTREGISTRY", f"/v1/{parent}?pageSize=1000", "dockerImages")
    uploads = [_read(values) for values in listed if str(values.get("name", "")).startswith(prefix)]
    return tuple(sorted(uploads, key=lambda upload: upload.moment, reverse=True)[:RECENT])


def find_upload(recent: Sequence[Upload], beginning: str) -> Upload:
    """The one whose digest begins like that, with or without "sha256:"; else UsageError that lists all."""
    wanted = beginning if beginning.startswith("sha256:") else f"sha256:{beginning}"
    found = [upload for upload in recent if upload.digest.startswith(wanted)]
    if len(found) == 1:
        return found[0]
    problem = f"{len(found) or 'none'} of the last {len(recent)} images begins with {beginning}"
    raise UsageError(problem, "\n  ".join(("choose one of:", *(upload.render(None) for upload in recent))))


def _read(values: Mapping[str, Any]) -> Upload:
    digest = values["name"].partition("@")[2]
    return Upload(digest, require_moment(values, "uploadTime"), tuple(values.get("tags", ())))
