"""make image: builds the image on this machine and checks it."""

from __future__ import annotations

import sys

from image.building import NAME, build_image, check_image
from runtime.errors import JobError


def main() -> int:
    """The command's exit status."""
    try:
        engine = build_image()
        print(f"image: {engine.program} has {NAME}")
        if engine.runs_containers:
            print(f"image: {check_image(engine)}")
        else:
            print(f"image: {engine.program} cannot run it; docker or podman could check it")
    except JobError as error:
        print(f"image: {error}", file=sys.stderr)
        return error.exit_status
    return 0


if __name__ == "__main__":
    sys.exit(main())
