"""A clone of the checkout in which bin/build-image finds a made-up Google Cloud, gcloud and a registry."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.container_registry import ContainerRegistry
from tests.support.done import Done
from tests.support.operators_cloud import CHECKOUT, Cloud

AUTHOR = ("-c", "user.name=x", "-c", "user.email=x@example.org")
FOLDERS = ("bin", "image", "migrations", "operations", "runtime", "terraform/environments")
FILES = ("cloudbuild-jobs.yaml", "Dockerfile", "environments.json", "jobs.json")
GCLOUD = """\
#!/bin/sh
PYTHONPATH={checkout} exec {python} -m tests.support.gcloud "$@"
"""


@dataclass(frozen=True, slots=True)
class ImageWorkplace:
    """The clone, the cloud and the registry; `tools` has gcloud, and what it was asked."""

    folder: Path
    tools: Path
    cloud: Cloud
    registry: ContainerRegistry

    def run(self, *arguments: str, answer: str = "", **changes: str) -> Done:
        """Runs bin/build-image there; `arguments[0]` names the environment, whose operator types it."""
        variables = {**self.cloud.variables.get(arguments[0], self.cloud.variables["stage"])}
        variables["PATH"] = os.pathsep.join((str(self.tools), str(Path(sys.executable).parent), variables["PATH"]))
        places = {"GCLOUD_FOLDER": str(self.tools), "CONTAINER_REGISTRY_URL": self.registry.url}
        done = subprocess.run(
            (self.folder / "bin" / "build-image", *arguments),
            env={name: value for name, value in {**variables, **places, **changes}.items() if value},
            input=answer,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def git(self, *arguments: str) -> str:
        """Runs git in the clone."""
        command = ("git", "-C", str(self.folder), *AUTHOR, *arguments)
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    def read_pin(self, environment: str) -> str | None:
        """The image that Terraform would give to the jobs."""
        file = self.folder / "terraform" / "environments" / environment / "image.auto.tfvars.json"
        return str(json.loads(file.read_text(encoding="utf-8"))["image"]) if file.exists() else None

    def choose(self, environment: str, image: str) -> None:
        """As an earlier build did."""
        file = self.folder / "terraform" / "environments" / environment / "image.auto.tfvars.json"
        file.write_text(json.dumps({"image": image}), encoding="utf-8")

    def end_builds(self, status: str) -> None:
        """How the next build ends."""
        (self.tools / "status").write_text(status, encoding="ascii")

    def deny_log(self) -> None:
        """As to an operator who is not the project's Viewer."""
        (self.tools / "log_denied").touch()

    def read_asked(self) -> Mapping[str, Any] | None:
        """What gcloud was asked to build."""
        file = self.tools / "asked.json"
        return dict(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else None


def open_workplace(folder: Path, cloud: Cloud, registry: ContainerRegistry) -> ImageWorkplace:
    """A clone with one commit, and tools whose builds succeed."""
    clone, tools = folder / "clone", folder / "tools"
    for name in FOLDERS:
        # With what is compiled already, but not what another process is writing.
        ignored = shutil.ignore_patterns("*.pyc.*", "image.auto.tfvars.json", ".terraform*")
        shutil.copytree(CHECKOUT / name, clone / name, ignore=ignored)
    for name in FILES:
        shutil.copyfile(CHECKOUT / name, clone / name)
    tools.mkdir()
    (tools / "gcloud").write_text(GCLOUD.format(checkout=CHECKOUT, python=sys.executable), encoding="utf-8")
    (tools / "gcloud").chmod(0o755)
    workplace = ImageWorkplace(clone, tools, cloud, registry)
    (clone / ".gitignore").write_text("__pycache__/\n", encoding="ascii")
    for command in (("init", "-q"), ("add", "."), ("commit", "-qm", "x")):
        workplace.git(*command)
    workplace.end_builds("SUCCESS")
    return workplace
