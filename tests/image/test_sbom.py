"""The software bill of materials names everything in the image that anybody else made."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from packageurl import PackageURL

from image.building import NAME, describe_image
from image.sbom import list_debian_packages, list_python_packages
from tests.image.archive import SavedImage
from tests.image.conftest import BuiltImage

DIST_INFO = re.compile(r"/usr/local/lib/python3\.13/site-packages/([^/]+)-([^-/]+)\.dist-info")
PARAGRAPH = "Package: {}\nStatus: {}\nArchitecture: amd64\nVersion: 1:2.0+x~y-1\nDescription: z\n a\n .\n b\n"


@pytest.fixture(scope="module")
def bill(image: BuiltImage) -> dict[str, Any]:
    """As `make image` writes it."""
    return dict(json.loads(describe_image(image.engine)))


def list_versions(bill: dict[str, Any], kind: str) -> dict[str, str]:
    """Of one type of package URL."""
    urls = [PackageURL.from_string(each["purl"]) for each in bill["components"] if "purl" in each]
    return {url.name: str(url.version) for url in urls if url.type == kind}


def write_record(root: Path, *paragraphs: str) -> None:
    """dpkg's."""
    folder = root / "var" / "lib" / "dpkg"
    folder.mkdir(parents=True)
    (folder / "status").write_text("\n".join(paragraphs), encoding="utf-8")


def test_it_is_cyclonedx(bill: dict[str, Any]) -> None:
    """1.5 is the latest that Artifact Analysis takes; the schema is CycloneDX's own, and knows no other field."""
    # Imported here: it takes a second and a half, which every worker would spend.
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    validator = JsonStrictValidator(SchemaVersion.V1_5)
    assert validator.validate_str(json.dumps(bill)) is None
    assert validator.validate_str(json.dumps(bill | {"components": [{"name": "x"}]})) is not None


def test_it_says_of_what_it_is(bill: dict[str, Any]) -> None:
    """The name that the image was built under."""
    name, tag = NAME.rsplit(":", 1)
    expected = {"type": "container", "bom-ref": NAME, "name": name, "version": tag}
    assert expected == bill["metadata"]["component"]


def test_every_python_package_is_in_it(bill: dict[str, Any], saved: SavedImage) -> None:
    """Those of the image, not of a list that it should follow."""
    found = {DIST_INFO.fullmatch(name) for name in saved.files} - {None}
    expected = {match[1].lower().replace("_", "-"): match[2] for match in found if match}
    assert expected == list_versions(bill, "pypi")
    assert {"google-cloud-bigquery", "cffi"} <= expected.keys()


def test_every_debian_package_is_in_it(bill: dict[str, Any], saved: SavedImage) -> None:
    """With the system, without whose name a version says nothing; and Python, which no package brings."""
    recorded = saved.read("/var/lib/dpkg/status").decode()
    expected = dict(re.findall(r"^Package: (\S+)$.*?^Version: (\S+)$", recorded, re.MULTILINE | re.DOTALL))
    assert expected == list_versions(bill, "deb")
    assert {"libc6", "ca-certificates", "openssl"} <= expected.keys()
    assert "debian" in {each["name"] for each in bill["components"] if each["type"] == "operating-system"}
    assert list_versions(bill, "generic")["cpython"].startswith("3.13.")


def test_package_urls_are_canonical(bill: dict[str, Any]) -> None:
    """Or databases of known problems would not find them."""
    urls = [each["purl"] for each in bill["components"] if "purl" in each]
    assert [PackageURL.from_string(url).to_string() for url in urls] == urls


def test_only_installed_packages_count(tmp_path: Path) -> None:
    """dpkg keeps a record of removed ones; a version's signs are escaped."""
    write_record(
        tmp_path, PARAGRAPH.format("b", "install ok installed"), PARAGRAPH.format("a", "deinstall ok config-files")
    )
    (package,) = list_debian_packages(tmp_path, "debian-12")
    assert package["purl"] == "pkg:deb/debian/b@1:2.0%2Bx~y-1?arch=amd64&distro=debian-12"


@pytest.mark.parametrize("paragraphs", [(), ("",), (PARAGRAPH.format("a", "deinstall ok config-files"),)])
def test_a_system_that_tells_no_packages_has_no_bill(paragraphs: tuple[str, ...], tmp_path: Path) -> None:
    """Rather than one that says that there are none."""
    if paragraphs:
        write_record(tmp_path, *paragraphs)
    with pytest.raises(ValueError, match="names no installed package"):
        list(list_debian_packages(tmp_path, "debian-12"))


def test_names_are_normalized(tmp_path: Path) -> None:
    """PyPI's names know neither capitals nor underscores."""
    folder = tmp_path / "A_b-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: A_b\nVersion: 1.0\n", encoding="ascii")
    assert [each["purl"] for each in list_python_packages(str(tmp_path))] == ["pkg:pypi/a-b@1.0"]
