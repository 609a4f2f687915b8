"""The image that Terraform gives to an environment's jobs: image.auto.tfvars.json in its folder."""

from __future__ import annotations

import json
import re
from pathlib import Path

from operations.images.names import name_repository
from operations.inventory.pinned_image import locate_pin, read_image
from runtime.config.environment import Environment
from runtime.process.errors import ConfigurationError

DIGEST = re.compile(r"sha256:[0-9a-f]{64}", re.ASCII)


def write_pin(environment: Environment, root: Path, digest: str) -> str:
    """Chooses the image of that digest; returns its full name."""
    image = f"{name_repository(environment)}@{digest}"
    locate_pin(environment, root).write_text(json.dumps({"image": image}, indent=2) + "\n", encoding="utf-8")
    return image


def read_pin(environment: Environment, root: Path) -> str | None:
    """The digest, None before the first build; ConfigurationError for a file without a digest of this environment's."""
    image = read_image(environment, root)
    if image is None:
        return None
    repository, _, digest = image.partition("@")
    if repository != name_repository(environment) or not DIGEST.fullmatch(digest):
        file = locate_pin(environment, root)
        problem = f"{file} names no image of {environment.name} by its digest"
        raise ConfigurationError(problem, f"bin/build-image {environment.name}")
    return digest
