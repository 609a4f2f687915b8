"""docker, podman or buildah: their command lines, and which of them works on this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from image.recipe import Recipe
from operations.child_environment import inherit_environment
from runtime.process.errors import JobError

Command = tuple[str, ...]

# The first that works is used. Each with a question that fails if it is installed but unusable.
PROBES = {"docker": ("docker", "version"), "podman": ("podman", "info"), "buildah": ("buildah", "info")}
CA_BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")
NONE: Mapping[str, str] = MappingProxyType({})
# A guest on a small machine may not raise its limits to an engine's defaults.
LIMITS = ("--ulimit=nofile=1024:1024", "--ulimit=nproc=1024:1024")


@dataclass(frozen=True, slots=True)
class Engine:
    """One of the three programs; its methods return command lines."""

    program: str

    @property
    def runs_containers(self) -> bool:
        """buildah only builds."""
        return self.program != "buildah"

    def build(self, recipe: Recipe, folder: Path, *, cached: bool = True) -> Command:
        """Builds the folder's Dockerfile; `cached` if layers of earlier builds may be taken."""
        # Without a cache, which takes a commit for every line: Debian's buildah knows a copy by its content alone, and
        # would take a layer with the times of another commit.
        own: Command = ("--layers=false", "--network=host")
        if self.program == "docker":
            own = ("--provenance=false", *(() if cached else ("--no-cache",)))
        return (
            *(self.program, "build", "--quiet", f"--tag={recipe.name}", *own),
            *((f"--secret=id=ca_bundle,src={CA_BUNDLE}",) if CA_BUNDLE.exists() else ()),
            *(f"--build-arg={name}={value}" for name, value in recipe.arguments.items()),
            *(f"--label={name}={value}" for name, value in recipe.labels.items()),
            str(folder),
        )

    def run(
        self,
        image: str,
        *arguments: str,
        program: str = "",
        variables: Mapping[str, str] = NONE,
        options: Command = ("--network=host",),
    ) -> Command:
        """Runs the image's entry point, or `program`, at the strictest: read-only, and with no privileges."""
        own = ("--read-only-tmpfs=false",) if self.program == "podman" else ()
        return (
            *(self.program, "run", "--rm", "--interactive", "--read-only", *own, *options, *LIMITS),
            *("--cap-drop=all", "--security-opt=no-new-privileges"),
            *(f"--env={name}={value}" for name, value in variables.items()),
            *((f"--entrypoint={program}",) if program else ()),
            *(image, *arguments),
        )

    def pull(self, image: str) -> Command:
        """Fetches an image."""
        return (self.program, "pull", "--quiet", image)

    def inspect(self, image: str) -> Command:
        """Fails if the image is not on this machine, and else prints its identifier."""
        if self.program == "buildah":
            return (self.program, "inspect", "--type=image", "--format={{.FromImageID}}", image)
        return (self.program, "image", "inspect", "--format={{.Id}}", image)

    def read_digest(self, image: str) -> Command:
        """Prints NAME@DIGEST of a pulled image."""
        return (self.program, "image", "inspect", "--format={{index .RepoDigests 0}}", image)

    def save(self, image: str, archive: Path) -> Command:
        """Writes the image to a file, in docker's format."""
        return (self.program, "save", f"--output={archive}", image)


def perform(command: Command, *, fed: str = "") -> str:
    """Runs a command line with `fed` on its standard input; its standard output, or JobError with what it said."""
    done = subprocess.run(command, input=fed, capture_output=True, text=True, check=False, env=inherit_environment())
    if done.returncode != 0:
        output = "\n".join((done.stdout + done.stderr).strip().splitlines()[-20:])
        raise JobError(f"{output}\n`{' '.join(command[:2])} ...` failed", "its last lines are above")
    return done.stdout.strip()


def succeeds(command: Command) -> bool:
    """Whether the command line runs to a good end."""
    return subprocess.run(command, capture_output=True, check=False, env=inherit_environment()).returncode == 0


def find_engine() -> Engine | None:
    """The engine to use, None if there is none that works."""
    for program, probe in PROBES.items():
        if shutil.which(program) and succeeds(probe):
            return Engine(program)
    return None


def install_engine() -> Engine:
    """Debian's podman, which is buildah and a way to run what it builds; else JobError."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        raise JobError("there is no docker, podman or buildah here that works", "install one, or start docker's daemon")
    perform(("apt-get", "update", "-qq"))
    # runc, since Debian's crun refuses machines with both versions of control groups.
    perform(("apt-get", "install", "-qq", "-y", "--no-install-recommends", "podman", "runc"))
    return Engine("podman")
