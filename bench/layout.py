"""The files of the image as the Dockerfile lays them out: sources, bytecode that is never checked, entry point."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CERTIFICATES = Path("/etc/ssl/certs")


def lay_out(folder: Path) -> list[str]:
    """Copies the application below `folder`; returns the command in front of a job's name."""
    for name in ("runtime", "migrations"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("jobs.json", "environments.json"):
        shutil.copy(ROOT / name, folder)
    start = shutil.copy(ROOT / "image" / "stages" / "start.py", folder / "__main__.py")
    compile_all = ["-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", str(folder)]
    subprocess.run([sys.executable, *compile_all], check=True)
    return [sys.executable, "-I", "-S", str(start)]
