"""The commit that the files come from, as git tells it."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from operations.child_environment import inherit_environment
from runtime.process.errors import ConfigurationError

# Changes there do not reach the image.
ELSEWHERE = ":!terraform"
# What interpreter and packages are made from.
DEPENDENCIES = ("Dockerfile", "image/base.txt", "image/stages", "requirements/runtime.txt")


@dataclass(frozen=True, slots=True)
class Origin:
    """The repository's address (empty: nobody else knows it), the commit's hash, its time in seconds of 1970, that of
    the last commit up to it that changed the dependencies, and what differs from it by now."""

    source: str
    revision: str
    epoch: int
    dependencies_epoch: int
    changes: tuple[str, ...]

    @property
    def honest_revision(self) -> str:
        """The hash, marked if the files are not quite those of the commit."""
        return f"{self.revision}-changed" if self.changes else self.revision


def read_origin(root: Path) -> Origin:
    """Raises ConfigurationError if there is no commit."""
    revision, epoch = _ask(root, "log", "-1", "--format=%H %ct").split()
    # Committers' clocks differ: what is earlier in the history may claim to be later.
    dependencies_epoch = min(int(epoch), int(_ask(root, "log", "-1", "--format=%ct", "--", *DEPENDENCIES) or epoch))
    changes = _ask(root, "status", "--porcelain", "--", ".", ELSEWHERE).splitlines()
    address = _ask(root, "config", "--default", "", "--get", "remote.origin.url")
    names = tuple(line[3:] for line in changes)
    return Origin(hide_password(address), revision, int(epoch), dependencies_epoch, names)


def is_shallow(root: Path) -> bool:
    """Whether the clone has only its latest commits, and so takes the oldest of them for what changed everything."""
    return _ask(root, "rev-parse", "--is-shallow-repository") == "true"


def hide_password(address: str) -> str:
    """The address without user and password; empty for a folder, whose path says nothing to others."""
    parts = urlsplit(address)
    if parts.scheme in ("http", "https"):
        return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    return "" if parts.scheme == "file" or ":" not in address else address


def _ask(root: Path, *question: str) -> str:
    answer = subprocess.run(
        ("git", "-C", str(root), *question), capture_output=True, text=True, check=False, env=inherit_environment()
    )
    if answer.returncode != 0:
        problem = f"git finds no commit of {root}: {answer.stderr.strip() or 'no answer'}"
        raise ConfigurationError(problem, "build in a clone in which `git log` works")
    return answer.stdout.rstrip()
