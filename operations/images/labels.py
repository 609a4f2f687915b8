"""What an image says about itself: the OCI annotations, and the hash of the migrations inside."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from operations.images.origin import Origin
from runtime import VERSION
from runtime.migration.files import hash_files, read_folder

# https://github.com/opencontainers/image-spec/blob/main/annotations.md
OCI = "org.opencontainers.image"
MIGRATIONS = "ai.cloudact.jobs.migrations"


def make_labels(root: Path, base: str, origin: Origin) -> dict[str, str]:
    """The labels of an image built from the files at `root` on `base`."""
    return {
        f"{OCI}.base.name": base,
        f"{OCI}.created": datetime.fromtimestamp(origin.epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        f"{OCI}.revision": origin.honest_revision,
        **({f"{OCI}.source": origin.source} if origin.source else {}),
        f"{OCI}.title": "cloudact-jobs",
        f"{OCI}.version": VERSION,
        MIGRATIONS: hash_files(read_folder(str(root / "migrations"))),
    }
