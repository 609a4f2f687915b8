"""The software bill of materials of the image that it runs in, as CycloneDX 1.5 (https://cyclonedx.org/docs/1.5/json/).

`docker run -i --entrypoint python IMAGE -I -S - NAME:TAG < image/sbom.py` prints it; NAME:TAG is what it is to call the
image. The same image has the same one. Packages are named by their package URLs
(https://github.com/package-url/purl-spec), by which databases of known problems find them.
"""

from __future__ import annotations

import json
import platform
import sys
import sysconfig
from collections.abc import Iterator
from email import message_from_string
from importlib.metadata import distributions
from pathlib import Path
from typing import Any
from urllib.parse import quote

Component = dict[str, Any]

ROOT = Path("/")
PACKAGES = sysconfig.get_path("purelib")
# What is installed, one paragraph a package (dpkg's status file: `man 5 deb-status`).
INSTALLED = Path("var/lib/dpkg/status")


def describe_image(name: str, root: Path, packages: str) -> Component:
    """The document. ValueError if the system at `root` does not tell its packages: a bill without them is useless."""
    title, _, tag = name.rpartition(":")
    system = platform.freedesktop_os_release()
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {"type": "container", "bom-ref": name, "name": title, "version": tag}},
        "components": [
            {"type": "operating-system", "bom-ref": "os", "name": system["ID"], "version": system["VERSION_ID"]},
            describe("generic", "cpython", platform.python_version()),
            *list_debian_packages(root, f"{system['ID']}-{system['VERSION_ID']}"),
            *list_python_packages(packages),
        ],
    }


def list_debian_packages(root: Path, system: str) -> Iterator[Component]:
    """By name."""
    text = (root / INSTALLED).read_text(encoding="utf-8") if (root / INSTALLED).exists() else ""
    fields = [message_from_string(paragraph) for paragraph in text.strip().split("\n\n")]
    installed = [each for each in fields if each["Status"] == "install ok installed"]
    if not installed:
        raise ValueError(f"{root / INSTALLED} names no installed package")
    for each in sorted(installed, key=lambda each: each["Package"]):
        place = f"?arch={each['Architecture']}&distro={system}"
        yield describe("deb/debian", each["Package"], each["Version"], place)


def list_python_packages(folder: str) -> Iterator[Component]:
    """By name."""
    found = {each.metadata["Name"].lower().replace("_", "-"): each.version for each in distributions(path=[folder])}
    for name, version in sorted(found.items()):
        yield describe("pypi", name, version)


def describe(kind: str, name: str, version: str, qualifiers: str = "") -> Component:
    """One package."""
    url = f"pkg:{kind}/{quote(name, safe='')}@{quote(version, safe=':')}{qualifiers}"
    return {"type": "library", "bom-ref": url, "name": name, "version": version, "purl": url}


if __name__ == "__main__":
    print(json.dumps(describe_image(sys.argv[1], ROOT, PACKAGES), indent=1))
