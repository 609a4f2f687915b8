"""The first step of cloudbuild-jobs.yaml: refuses wrong substitutions, and writes the file that buildx bakes."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from image.base import is_pinned, read_reference
from image.recipe import Recipe
from operations.images.labels import make_labels
from operations.images.names import name_repository
from operations.images.origin import Origin
from operations.images.substitutions import Substitutions
from runtime.config.catalog import ROOT
from runtime.process.errors import JobError


def make_bake(recipe: Recipe, cache: str) -> dict[str, Any]:
    """One target, loaded into Docker, so that it can be checked before it is pushed; `cache` is an image's name."""
    target = {
        "args": dict(recipe.arguments),
        "cache-from": [f"type=registry,ref={cache}"],
        "cache-to": [f"type=registry,ref={cache},mode=max"],
        "context": ".",
        "labels": dict(recipe.labels),
        "output": ["type=docker,rewrite-timestamp=true"],
        "platforms": ["linux/amd64"],
        "tags": [recipe.name],
    }
    return {"target": {"default": target}}


def plan_build(substitutions: Substitutions) -> Recipe:
    """What the checked substitutions ask for."""
    repository = name_repository(substitutions.check())
    times = (int(substitutions.epoch), int(substitutions.dependencies_epoch))
    base = read_reference(Path(ROOT))
    labels = make_labels(Path(ROOT), base, Origin(substitutions.source, substitutions.revision, *times, changes=()))
    return Recipe(f"{repository}:{substitutions.tag}", base, *times, labels)


def main(arguments: Sequence[str] | None = None) -> int:
    """The step's exit status."""
    parser = argparse.ArgumentParser(prog="image.cloud_build")
    for field in fields(Substitutions):
        parser.add_argument(f"--{field.name}", required=True)
    parser.add_argument("--output", required=True, type=Path)
    given = vars(parser.parse_args(arguments))
    output = given.pop("output")
    try:
        recipe = plan_build(Substitutions(**given))
    except JobError as error:
        print(f"prepare: {error}", file=sys.stderr)
        return error.exit_status
    # A separate name, which no list of images to roll back to shows.
    cache = f"{recipe.name.rpartition(':')[0]}-cache:layers"
    output.write_text(json.dumps(make_bake(recipe, cache)), encoding="utf-8")
    if not is_pinned(recipe.base):
        print(f"prepare: {recipe.base} has no digest: the base may change between two builds; `make lock` pins it")
    return 0


if __name__ == "__main__":
    sys.exit(main())
