"""The image that Terraform gives to an environment's jobs: image.auto.tfvars.json in its folder."""

from __future__ import annotations

import json
import re
from pathlib import Path

from operations.images.names import name_repository
from runtime.config.environment import Environment
from runtime.process.errors import ConfigurationError

DIGEST = re.compile(r"sha256:[0-9a-f]{64}", re.ASCII)


def locate_pin(environment: Environment, root: Path) -> Path:
    """The file; Terraform reads it by its name."""
    return root / "terraform" / "environments" / environment.name / "image.auto.tfvars.json"


def write_pin(environment: Environment, root: Path, digest: str) -> str:
    """Chooses the image of that digest; returns its full name."""
    image = f"{name_repository(environment)}@{digest}"
    locate_pin(environment, root).write_text(json.dumps({"image": image}, indent=2) + "\n", encoding="utf-8")
    return image


def read_pin(environment: Environment, root: Path) -> str | None:
    """The digest, None before the first build; ConfigurationError for a file without a digest of this environment's."""
    file = locate_pin(environment, root)
    if not file.exists():
        return None
    try:
        repository, _, digest = json.loads(file.read_text(encoding="utf-8"))["image"].partition("@")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigurationError(f"{file} names no image: {error!r}", f"bin/build-image {environment.name}") from error
    if repository != name_repository(environment) or not DIGEST.fullmatch(digest):
        raise ConfigurationError(
            f"{file} names no image of {environment.name} by its digest", f"bin/build-image {environment.name}"
        )
    return str(digest)
