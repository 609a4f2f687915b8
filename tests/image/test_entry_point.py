"""The image starts a job the way Terraform and the stand-in do."""

from __future__ import annotations

import re
from pathlib import Path

from runtime.config.catalog import ROOT
from sandbox.control_plane import Program

COMMAND = re.compile(r'^(?:ENTRYPOINT|\s*_command\s*=) \["(.*)"\]$', re.MULTILINE)


def read_command(path: str) -> tuple[str, ...]:
    """What the file starts."""
    (found,) = COMMAND.findall(Path(ROOT, path).read_text(encoding="utf-8"))
    return tuple(found.split('", "'))


def test_image_terraform_and_stand_in_agree() -> None:
    """A job starts the same way everywhere, measured once."""
    stand_in = Program((), Path()).entry_point
    assert read_command("Dockerfile") == read_command("terraform/modules/jobs/jobs.tf") == stand_in
