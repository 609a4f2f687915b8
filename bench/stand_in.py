"""The tests' stand-ins, as processes of the tests' environment."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PYTHON = str(ROOT / ".venv" / "bin" / "python")
# All that a job sees besides the addresses.
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "ENVIRONMENT": "stage",
    "GCP_PROJECT_ID": "cloudact-testing-1",
}


@contextmanager
def serve_stand_in(name: str, *options: str) -> Iterator[dict[str, Any]]:
    """What `python -m sandbox.NAME` says of itself once it answers."""
    command = [PYTHON, "-m", f"sandbox.{name}", *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield json.loads(process.stdout.readline() if process.stdout else "{}")
        finally:
            process.terminate()
