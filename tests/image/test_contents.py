"""What is in the image, and what is not."""

from __future__ import annotations

import json
import re
import sys
from importlib.util import cache_from_source

import pytest

from image.base import read_reference
from operations.images.labels import MIGRATIONS, OCI
from runtime import VERSION
from runtime.migration.files import hash_files, read_folder
from tests.catalog import ROOT
from tests.image.archive import SavedImage
from tests.image.conftest import BuiltImage

PACKAGES = "/usr/local/lib/python3.13/site-packages"
LIBRARY = "/usr/local/lib/python3.13"
# Half of what the figure was when the limits were set; a third is cryptography's one extension.
LIMIT = 45_000_000
STICKY = 0o1000
SECRET = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----\n[A-Za-z0-9+/]{20}|sbp_[0-9a-f]{40}|AIza[0-9A-Za-z_-]{35}")


def test_the_application_is_the_runtime_the_catalogs_and_the_migrations(image: BuiltImage, saved: SavedImage) -> None:
    """And the file that starts it: nothing else of the checkout gets in."""
    sources = [*image.source.glob("runtime/**/*.py"), *image.source.glob("migrations/*.sql")]
    names = [str(path.relative_to(image.source)) for path in sources]
    expected = ["__main__.py", "environments.json", "jobs.json", *names]
    files = [name for name in saved.list_files("/app") if "__pycache__" not in name]
    assert sorted(f"/app/{name}" for name in expected) == files


def test_bytecode_is_that_of_the_modules_there(saved: SavedImage) -> None:
    """None is left over from elsewhere."""
    files = set(saved.list_files("/app"))
    compiled = {name for name in files if name.endswith(".pyc")}
    assert {cache_from_source(name) for name in files if name.endswith(".py")} == {
        name.replace("cpython-313", sys.implementation.cache_tag or "") for name in compiled
    }


def test_the_application_is_this_checkout(image: BuiltImage, saved: SavedImage) -> None:
    """Byte for byte."""
    for name in ("jobs.json", "environments.json", "runtime/run.py", "migrations/01_organizations.sql"):
        assert (image.source / name).read_bytes() == saved.read(f"/app/{name}")


def test_application_and_packages_are_small(saved: SavedImage) -> None:
    """63 MB is what pip leaves."""
    assert saved.measure("/app") + saved.measure(PACKAGES) < LIMIT


def test_the_pages_figures_are_the_images(saved: SavedImage) -> None:
    """docs/image.md: the total as measured, and parts that add up to it."""
    page = (ROOT / "docs" / "image.md").read_text(encoding="utf-8")
    parts = [float(size) for size in re.findall(r"^\| .* \| ([\d.]+) \|$", page, re.MULTILINE)]
    measured = (saved.measure("/app") + saved.measure(PACKAGES)) / 1e6
    assert [pytest.approx(measured, rel=0.05)] * 2 == [float(page.partition(" MB")[0].split()[-1]), sum(parts)]


@pytest.mark.parametrize(
    "pattern",
    [
        r".*/(pip|setuptools|wheel|ensurepip)(-[^/]*|)",
        r"/usr/local/.*/(tests?|idlelib|tkinter|turtledemo|pycparser|cffi)",
        r".*\.(pyi|proto|h|c|a)",
        r".*/py\.typed",
        r".*/cygrpc\.[^/]*\.so",
        r"/root/\.cache.*",
        r"/build(/.*)?",
        r"/usr/local/bin/(?!python)[^/]*",
        r"/tmp/.+",
        r"/run/.+",
        r"/etc/(hostname|hosts|resolv\.conf)",
    ],
)
def test_what_no_job_needs_is_not_there(saved: SavedImage, pattern: str) -> None:
    """Nor in a lower layer: a later layer could only hide it."""
    assert [] == [name for name in saved.files if re.fullmatch(pattern, name)]


def test_no_layer_removes_what_a_lower_one_has(saved: SavedImage) -> None:
    """A whiteout would mean that something is hidden below it."""
    assert [] == [name for name in saved.files if "/.wh." in name]


def test_no_secret_is_in_any_layer(saved: SavedImage) -> None:
    """NFR-SJ-002: nothing that looks like a key, in no file that is ours or the packages'."""
    text = [name for name in (*saved.list_files("/app"), *saved.list_files(PACKAGES)) if not name.endswith(".so")]
    assert [] == [name for name in text if SECRET.search(saved.read(name))]


def test_no_environment_is_baked_in(saved: SavedImage) -> None:
    """The same image goes to test, stage and prod: its variables say where programs are, and the encoding."""
    assert {"PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8"} == set(saved.config["Env"])


def test_the_image_starts_the_jobs_as_nobody_special(saved: SavedImage) -> None:
    """By number: Kubernetes and Cloud Run can tell that it is not root."""
    assert saved.config["User"] == "65532:65532"
    assert saved.config["Entrypoint"] == ["python", "-I", "-S", "/app/__main__.py"]
    assert not saved.config.get("Cmd")


def test_everything_belongs_to_root_and_only_root_writes(saved: SavedImage) -> None:
    """The jobs' user can change nothing but what is in folders for everybody's temporary files."""
    members = {name: member for name, member in saved.files.items() if not member.info.issym()}
    assert {(0, 0)} == {
        (m.info.uid, m.info.gid) for name, m in members.items() if name.startswith(("/app", "/usr/local"))
    }
    assert [] == [name for name, member in members.items() if member.mode & 0o022 and not member.mode & STICKY]
    assert [] == [name for name, member in members.items() if member.info.uid == 65532]


def test_no_program_runs_with_the_rights_of_its_owner(saved: SavedImage) -> None:
    """su, mount and the like are in the base."""
    assert [] == [name for name, member in saved.files.items() if member.info.isreg() and member.mode & 0o6000]


def test_every_module_has_bytecode_that_is_never_checked(saved: SavedImage) -> None:
    """PEP 552: flags 1, unchecked: no source is looked at, nothing is compiled at the start."""
    for name in (
        "/app/runtime/__pycache__/run",
        f"{LIBRARY}/__pycache__/argparse",
        f"{PACKAGES}/__pycache__/six",
    ):
        assert b"\x01\x00\x00\x00" == saved.read(f"{name}.cpython-313.pyc")[4:8]


def test_files_have_the_time_of_the_commit_that_they_come_from(image: BuiltImage, saved: SavedImage) -> None:
    """The application that of the commit; the layers below that of the last commit that changed them, so that they stay
    what they are, byte for byte, as long as none does."""
    application = saved.files["/app/jobs.json"].layer
    times = {(member.layer == application, member.info.mtime) for member in saved.files.values()}
    assert {(True, image.origin.epoch), (False, image.origin.dependencies_epoch)} == times


def test_the_labels_say_where_it_comes_from(saved: SavedImage, image: BuiltImage) -> None:
    """Which commit, which version, which migrations."""
    labels = saved.config["Labels"]
    assert labels[f"{OCI}.revision"] == image.origin.honest_revision
    assert labels[f"{OCI}.version"] == VERSION
    assert labels[MIGRATIONS] == hash_files(read_folder(str(image.source / "migrations")))
    assert labels[f"{OCI}.base.name"].startswith((read_reference(image.source), "localhost/cloudact-jobs-base:"))


def test_packages_are_those_of_the_lock(image: BuiltImage, saved: SavedImage) -> None:
    """But for those that prune.py removes."""
    lock = (image.source / "requirements" / "runtime.txt").read_text(encoding="utf-8")
    locked = {
        (name.replace("-", "_"), version) for name, version in re.findall(r"^([a-z0-9-]+)==([^ ]+)", lock, re.MULTILINE)
    }
    found = set(re.findall(rf"^{PACKAGES}/([^/]+)-([^-/]+)\.dist-info$", "\n".join(saved.files), re.MULTILINE))
    removed = {name for name, _ in locked - {(name.lower().replace("-", "_"), version) for name, version in found}}
    assert removed == {"pyasn1_modules", "pycparser"}


def test_jobs_json_is_readable_by_anybody(saved: SavedImage) -> None:
    """With any umask of the machine that built it."""
    assert saved.files["/app/jobs.json"].mode == 0o644
    assert json.loads(saved.read("/app/jobs.json"))
