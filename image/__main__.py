"""make image: builds the image on this machine, checks it, and lists what is in it."""

from __future__ import annotations

import sys

from image.building import CHECKOUT, NAME, build_image, check_image, describe_image
from runtime.process.errors import JobError

BILL = CHECKOUT / "sbom.cdx.json"


def main() -> int:
    """The command's exit status."""
    try:
        engine = build_image()
        print(f"image: {engine.program} has {NAME}")
        if engine.runs_containers:
            print(f"image: {check_image(engine)}")
            BILL.write_text(f"{describe_image(engine)}\n", encoding="utf-8")
            print(f"image: {BILL.name} lists what is in it")
        else:
            print(f"image: {engine.program} cannot run it; docker or podman could check it")
    except JobError as error:
        print(f"image: {error}", file=sys.stderr)
        return error.exit_status
    return 0


if __name__ == "__main__":
    sys.exit(main())
