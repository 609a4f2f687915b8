"""The Terraform on this machine, if it is new enough."""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import cache

from operations.child_environment import inherit_environment
from runtime.process.errors import ConfigurationError

# The first whose validations may refer to other objects, as the variables of environments/ do.
OLDEST = (1, 9)
NEEDED = f"Terraform {'.'.join(map(str, OLDEST))} or newer is needed"
# Versions before 0.13 do not know -json, and have to be named anyway.
_VERSION_TEXT = re.compile(r'(?:^Terraform v|"terraform_version": *")(\d+(?:\.\d+)*(?:[-+][^\s"]+)?)', re.MULTILINE)
REMEDY = "install it as HashiCorp describes, and see that `terraform version` finds it"


def require_terraform() -> str:
    """The path of a Terraform that can be used, else ConfigurationError with the version found and needed."""
    return find_terraform()[0]


@cache
def find_terraform() -> tuple[str, str]:
    """The same path, and the version."""
    path = shutil.which("terraform")
    if path is None:
        raise ConfigurationError(f"{NEEDED}; there is none on the PATH", REMEDY)
    found = _read_version(path)
    if _parse(found) < OLDEST:
        raise ConfigurationError(f"{NEEDED}; {path} is {found}", REMEDY)
    return path, found


def _read_version(path: str) -> str:
    question = (path, "version", "-json")
    answer = subprocess.run(question, env=inherit_environment(), capture_output=True, text=True, check=False)
    match = _VERSION_TEXT.search(answer.stdout)
    if match is None:
        raise ConfigurationError(f"{NEEDED}; {path} does not print its version", REMEDY)
    return match[1]


def _parse(version: str) -> tuple[int, ...]:
    """The release's numbers; a pre-release counts as its release."""
    return tuple(int(part) for part in re.split("[-+]", version)[0].split("."))
