"""The lock of the image's packages, checked without the network: is it fresh, and is it what the tests ran with?"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from image.base import read_reference, read_version

RUNTIME = Path("requirements", "runtime.txt")
DEV = Path("requirements", "dev.txt")
REFRESH = "make lock"


def read_lock(file: Path) -> dict[str, str]:
    """Versions by name."""
    lines = (
        line.removesuffix("\\").partition(";")[0].strip() for line in file.read_text(encoding="utf-8").splitlines()
    )
    pins = (Requirement(line) for line in lines if line and not line.startswith(("#", "--")))
    return {canonicalize_name(pin.name): str(pin.specifier).removeprefix("==") for pin in pins}


def read_wishes(root: Path) -> list[Requirement]:
    """What pyproject.toml asks for, for the image."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [Requirement(text) for text in project["dependencies"]]


def find_problems(root: Path) -> Iterator[str]:
    """One line each, with what to do."""
    locked, tested = read_lock(root / RUNTIME), read_lock(root / DEV)
    for name, version in locked.items():
        if tested.get(name) != version:
            yield f"{name} is {version} in the image, {tested.get(name)} in the tests: {REFRESH}"
    needed: set[str] = set()
    for wish in list_needed(read_wishes(root), read_version(read_reference(root))):
        name = canonicalize_name(wish.name)
        needed.add(name)
        if name not in locked:
            yield f"{wish} is not in {RUNTIME}: {REFRESH}"
        elif not wish.specifier.contains(locked[name], prereleases=True):
            yield f"{name} is {locked[name]}, which does not meet {wish}: {REFRESH}"
    yield from (f"{name} is in {RUNTIME}, and nothing needs it: {REFRESH}" for name in sorted(locked.keys() - needed))


def list_needed(wishes: Iterable[Requirement], version: str) -> Iterator[Requirement]:
    """The wishes and, as the installed packages tell, all that they need on Linux and that version of Python."""
    left, seen = list(wishes), set()
    while left:
        wish = left.pop()
        key = (wish.name, frozenset(wish.extras), str(wish.specifier))
        if key in seen:
            continue
        seen.add(key)
        yield wish
        for text in requires(wish.name) or ():
            found = Requirement(text)
            if any(applies(found, version, extra) for extra in ("", *wish.extras)):
                left.append(found)


def applies(requirement: Requirement, version: str, extra: str) -> bool:
    """Whether it counts in the image."""
    there = {"python_version": version, "python_full_version": f"{version}.0", "sys_platform": "linux"}
    return requirement.marker is None or requirement.marker.evaluate(
        {**there, "platform_system": "Linux", "extra": extra}
    )
