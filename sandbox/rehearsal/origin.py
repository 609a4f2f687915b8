"""When a report was made, and of which commit."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime

from sandbox.terraform_provider.installation import CHECKOUT


@dataclass(frozen=True, slots=True)
class Origin:
    """`commit` is short, and says if the checkout had changes besides it; "" if git cannot tell."""

    made: datetime
    commit: str


def read_origin() -> Origin:
    """Now, and the checkout's commit."""
    commit = _ask_git("rev-parse", "--short", "HEAD")
    changed = commit and _ask_git("status", "--porcelain", "--untracked-files=no")
    return Origin(datetime.now(UTC), f"{commit} with changes" if changed else commit)


def _ask_git(*words: str) -> str:
    try:
        done = subprocess.run(("git", "-C", CHECKOUT, *words), capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
