"""make lock: names the base image by the digest that its tag has now (needs the internet and docker or podman)."""

from __future__ import annotations

import sys
from pathlib import Path

from image.base import FILE, read_reference
from image.engine import Engine, find_engine, perform
from runtime.config.catalog import ROOT
from runtime.process.errors import ConfigurationError, JobError


def resolve(engine: Engine, tag: str) -> str:
    """The tag's image by its digest."""
    perform(engine.pull(tag))
    return f"{tag}@{perform(engine.read_digest(tag)).rpartition('@')[2]}"


def main() -> int:
    """The command's exit status; image/base.txt is rewritten."""
    try:
        engine = find_engine()
        if engine is None or not engine.runs_containers:
            raise ConfigurationError("neither docker nor podman works here", "install one, or start docker's daemon")
        reference = resolve(engine, read_reference(Path(ROOT)).partition("@")[0])
    except JobError as error:
        print(f"lock: {error}", file=sys.stderr)
        return error.exit_status
    Path(ROOT, FILE).write_text(f"{reference}\n", encoding="ascii")
    print(f"lock: the base image is {reference}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
