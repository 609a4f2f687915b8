"""image.auto.tfvars.json: the image that Terraform gives to an environment's jobs."""

from __future__ import annotations

import json
from pathlib import Path

from runtime.config.environment import Environment
from runtime.process.errors import ConfigurationError


def locate_pin(environment: Environment, root: Path) -> Path:
    """The file; Terraform reads it by its name."""
    return root / "terraform" / "environments" / environment.name / "image.auto.tfvars.json"


def read_image(environment: Environment, root: Path) -> str | None:
    """The image's full name, None before the first build; ConfigurationError for a file that names none."""
    file = locate_pin(environment, root)
    if not file.exists():
        return None
    try:
        image = json.loads(file.read_text(encoding="utf-8"))["image"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(f"{file} names no image: {error!r}", f"bin/build-image {environment.name}") from error
    if not isinstance(image, str):
        raise ConfigurationError(f"{file} names no image", f"bin/build-image {environment.name}")
    return image
