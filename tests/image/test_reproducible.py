"""The same files make the same image, wherever and whenever it is built."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from image.building import build_image
from image.engine import perform
from tests.image.archive import SavedImage, open_image
from tests.image.conftest import BuiltImage

AGAIN = "localhost/cloudact-jobs-again:latest"


def test_two_builds_of_one_commit_are_the_same(image: BuiltImage, saved: SavedImage, tmp_path: Path) -> None:
    """Layer by layer, the second one without any cache; a difference is named."""
    build_image(AGAIN, image.source, origin=image.origin, cached=False)
    perform(image.engine.save(AGAIN, tmp_path / "again.tar"))
    again = open_image(tmp_path / "again.tar")
    assert list(saved.files) == list(again.files)
    assert [] == [name for name in saved.list_files("") if saved.read(name) != again.read(name)]
    assert (saved.digests, saved.config) == (again.digests, again.config)


def test_a_later_commit_keeps_the_layers_that_it_did_not_change(
    image: BuiltImage, saved: SavedImage, tmp_path: Path
) -> None:
    """Interpreter and packages are pushed and pulled once, however many commits the application has."""
    build_image(AGAIN, image.source, origin=replace(image.origin, epoch=image.origin.epoch + 60))
    perform(image.engine.save(AGAIN, tmp_path / "later.tar"))
    later = open_image(tmp_path / "later.tar")
    application = saved.files["/app/jobs.json"].layer
    changed = {n for n, digests in enumerate(zip(saved.digests, later.digests, strict=True)) if len({*digests}) == 2}
    assert {application} == changed
