"""The image's packages are what pyproject.toml asks for, tested, and free to use."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from image.licenses import ACCEPTED, FILE, read_license, render
from image.lock import DEV, RUNTIME, find_problems, read_lock
from runtime.config.catalog import ROOT

CHECKOUT = Path(ROOT)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The files that the check reads."""
    for name in ("pyproject.toml", "image/base.txt", RUNTIME, DEV):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(CHECKOUT / name, tmp_path / name)
    return tmp_path


def change(file: Path, before: str, after: str) -> None:
    """Replaces what is there."""
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")


def test_the_lock_is_fresh() -> None:
    """Everything needed is locked, nothing else, in the versions that the tests run with."""
    assert list(find_problems(CHECKOUT)) == []


def test_the_image_asks_for_two_packages_only() -> None:
    """And what they need."""
    assert list(read_lock(CHECKOUT / RUNTIME))[:2] != []
    text = (CHECKOUT / "pyproject.toml").read_text(encoding="utf-8")
    dependencies = text.partition("dependencies = [")[2].partition("]")[0]
    assert [line.strip(' ",').partition(">")[0] for line in dependencies.split()] == [
        "google-cloud-bigquery",
        "google-cloud-secret-manager",
    ]


def test_every_package_is_locked_by_its_hash() -> None:
    """pip refuses any other file that an index serves."""
    entries = (CHECKOUT / RUNTIME).read_text(encoding="utf-8").split("==")[1:]
    assert all("--hash=sha256:" in entry for entry in entries)


@pytest.mark.parametrize(
    ("name", "before", "after", "problem"),
    [
        pytest.param(
            "pyproject.toml", "bigquery>=3", "bigquery>=99", "does not meet google-cloud-bigquery>=99", id="newer"
        ),
        pytest.param(
            "pyproject.toml", '"google-cloud-bigquery', '"six",\n"google-cloud-bigquery', "", id="locked already"
        ),
        pytest.param(
            "pyproject.toml",
            '"google-cloud-bigquery',
            '"duckdb",\n"google-cloud-bigquery',
            "duckdb is not in",
            id="missing",
        ),
        pytest.param(RUNTIME, "six==", "duckdb==1.0 \\\n    --hash=sha256:0\nsix==", "nothing needs it", id="stale"),
        pytest.param(RUNTIME, "six==1", "six==0", "in the image, 1", id="untested"),
    ],
)
def test_what_is_wrong_is_reported(name: Path, before: str, after: str, problem: str, copy: Path) -> None:
    """With the command that fixes it."""
    change(copy / name, before, after)
    found = "\n".join(find_problems(copy))
    assert problem in found
    assert bool(problem) == found.endswith("make lock")


def test_every_license_has_been_accepted() -> None:
    """One of the alternatives, if there are several."""
    licenses = {name: set(read_license(name).split(" OR ")) for name in read_lock(CHECKOUT / RUNTIME)}
    assert [] == [name for name, alternatives in licenses.items() if not alternatives & ACCEPTED]


def test_licenses_are_listed() -> None:
    """`python -m image.licenses` writes the table anew."""
    assert render(CHECKOUT) == (CHECKOUT / FILE).read_text(encoding="utf-8")
