"""The same files make the same image, on any machine and at any time."""

from __future__ import annotations

import tarfile
from dataclasses import replace

import pytest

from image.building import build_image
from image.engine import perform
from operations.images.labels import OCI

from ..support.workers import make_once
from .archive import Member, SavedImage, open_image
from .conftest import BuiltImage

AGAIN = "localhost/cloudact-jobs-again:latest"
# Of the commit in which `later` says that these very files were.
SECONDS_LATER = 60


@pytest.fixture(scope="session")
def later(image: BuiltImage, tmp_path_factory: pytest.TempPathFactory) -> SavedImage:
    """The same files built a second time, without any cache, for a commit that is a minute younger."""
    with make_once(tmp_path_factory, "later.tar") as (path, missing):
        if missing:
            origin = replace(image.origin, epoch=image.origin.epoch + SECONDS_LATER)
            build_image(AGAIN, image.source, origin=origin, cached=False)
            perform(image.engine.save(AGAIN, path))
    return open_image(path)


def test_two_builds_of_the_same_files_differ_only_in_the_time_of_the_commit(
    saved: SavedImage, later: SavedImage
) -> None:
    """File by file, in name, content, order, owner and mode; a difference is named."""
    assert list(saved.files) == list(later.files)
    assert [] == [name for name in saved.list_files("") if saved.read(name) != later.read(name)]
    application = saved.files["/app/jobs.json"].layer
    moved = {name: SECONDS_LATER if each.layer == application else 0 for name, each in saved.files.items()}
    assert {name: describe(each, moved[name]) for name, each in saved.files.items()} == {
        name: describe(each, 0) for name, each in later.files.items()
    }
    assert describe_config(saved) == describe_config(later)


def test_a_later_commit_keeps_the_layers_that_it_did_not_change(saved: SavedImage, later: SavedImage) -> None:
    """Interpreter and packages are pushed and pulled once, however many commits the application has."""
    application = saved.files["/app/jobs.json"].layer
    changed = {n for n, digests in enumerate(zip(saved.digests, later.digests, strict=True)) if len({*digests}) == 2}
    assert {application} == changed


def describe(member: Member, seconds_later: int) -> tuple[object, ...]:
    """All that a layer says of a file but where its content lies."""
    info: tarfile.TarInfo = member.info
    owner = (info.uid, info.gid, info.uname, info.gname)
    return (
        *(member.layer, info.type, info.mode, info.size, info.linkname, owner, info.pax_headers.keys()),
        info.mtime + seconds_later,
    )


def describe_config(image: SavedImage) -> dict[str, object]:
    """What the image is started with, and its labels but for the commit's time."""
    labels = {name: text for name, text in image.config["Labels"].items() if name != f"{OCI}.created"}
    return {**image.config, "Labels": labels}
