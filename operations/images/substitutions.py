"""What cloudbuild-jobs.yaml is told about one build; checked before it is sent, and again by the build's first step."""

from __future__ import annotations

import re
from dataclasses import dataclass

from runtime.config.catalog import load_catalog
from runtime.config.environment import Environment
from runtime.process.errors import UsageError

TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}", re.ASCII)
REVISION = re.compile(r"[0-9a-f]{40}", re.ASCII)
EPOCH = re.compile(r"[0-9]{9,11}", re.ASCII)
MOVING = "latest"


@dataclass(frozen=True, slots=True)
class Substitutions:
    """As texts: `epoch` is the commit's time in seconds of 1970, `dependencies_epoch` that of the last commit that
    changed interpreter or packages, `source` the repository's address or nothing."""

    environment: str
    project: str
    tag: str
    revision: str
    epoch: str
    dependencies_epoch: str
    source: str

    def check(self) -> Environment:
        """The environment, or UsageError with everything that is wrong."""
        environment = load_catalog().environment(self.environment)
        checks = (
            (self.project == environment.project, f"{self.environment} is in project {environment.project}"),
            (TAG.fullmatch(self.tag), f"_TAG is {self.tag!r}, which is not a tag"),
            (self.tag != MOVING, f"_TAG is {self.tag!r}, which moves from image to image"),
            (REVISION.fullmatch(self.revision), f"COMMIT_SHA is {self.revision!r}, not a commit's full hash"),
            (EPOCH.fullmatch(self.epoch), f"_EPOCH is {self.epoch!r}, not the commit's time in seconds of 1970"),
            (
                EPOCH.fullmatch(self.dependencies_epoch),
                f"_DEPENDENCIES_EPOCH is {self.dependencies_epoch!r}, not a commit's time in seconds of 1970",
            ),
            ("," not in self.source, f"_SOURCE is {self.source!r}, with a comma, which separates substitutions"),
        )
        problems = [problem for fine, problem in checks if not fine]
        if problems:
            raise UsageError("; ".join(problems), f"bin/build-image {self.environment} sets these by itself")
        return environment

    def render(self) -> str:
        """The value of gcloud's --substitutions; the project is a separate option."""
        values = {
            "_ENV": self.environment,
            "_TAG": self.tag,
            "COMMIT_SHA": self.revision,
            "_EPOCH": self.epoch,
            "_DEPENDENCIES_EPOCH": self.dependencies_epoch,
            "_SOURCE": self.source,
        }
        return ",".join(f"{name}={value}" for name, value in values.items())
