"""The last five images, as Artifact Registry lists them."""

from __future__ import annotations

from typing import Any

import pytest

from operations.images.history import Upload, find_upload, list_recent
from runtime.process.errors import UsageError
from tests.support.scripted_google import ScriptedGoogle, open_session
from tests.support.virtual_clock import VirtualClock

REPOSITORY = "projects/cloudact-testing-1/locations/us/repositories/gcr.io"
REGISTRY = f"GET artifactregistry.googleapis.com/v1/{REPOSITORY}/dockerImages"


def image(number: int, name: str = "cloudact-jobs-stage", *tags: str) -> dict[str, Any]:
    """One of the API's objects; the number is its digest's first digit, and its day."""
    digest = f"sha256:{number:x}" + "0" * 63
    return {
        "name": f"{REPOSITORY}/dockerImages/{name}@{digest}",
        "uri": f"us-docker.pkg.dev/cloudact-testing-1/gcr.io/{name}@{digest}",
        "tags": list(tags),
        "uploadTime": f"2026-11-{number:02}T12:00:00.5Z",
    }


def ask(*pages: list[dict[str, Any]]) -> tuple[Upload, ...]:
    """What the command makes of these pages."""
    google = ScriptedGoogle()
    last = len(pages) - 1
    google.on(
        REGISTRY, *({"dockerImages": page, "nextPageToken": "" if n == last else "p"} for n, page in enumerate(pages))
    )
    return list_recent(open_session(google, VirtualClock()))


def test_the_newest_come_first_and_five_are_enough() -> None:
    """In any order and on any number of pages of the registry."""
    found = ask([image(2), image(7), image(1)], [image(6), image(3), image(4), image(5)])
    assert [upload.digest[7] for upload in found] == ["7", "6", "5", "4", "3"]


@pytest.mark.parametrize("name", ["cloudact-jobs-test", "cloudact-jobs-stage-cache", "other"])
def test_other_images_of_the_project_are_left_out(name: str) -> None:
    """The other environment's, the build cache's, other teams'."""
    assert [upload.digest[7] for upload in ask([image(2, name), image(1)])] == ["1"]


def test_an_empty_registry_has_none() -> None:
    """Its answer has no list at all."""
    assert ask([]) == ()


def test_one_is_found_by_the_beginning_of_its_digest() -> None:
    """As it is copied from a list."""
    recent = ask([image(1), image(2)])
    for beginning in ("sha256:1", "10000", recent[1].digest):
        assert find_upload(recent, beginning) == recent[1]


@pytest.mark.parametrize(("beginning", "count"), [("9", "none"), ("", "2"), ("sha256:", "2")])
def test_whatever_is_not_one_image_lists_all(beginning: str, count: str) -> None:
    """To choose from."""
    recent = ask([image(1, "cloudact-jobs-stage", "v1"), image(2)])
    with pytest.raises(UsageError) as caught:
        find_upload(recent, beginning)
    assert str(caught.value).startswith(f"{count} of the last 2 images begins with {beginning}")
    assert "2026-11-02 12:00  -\n" in str(caught.value)
    assert str(caught.value).endswith("2026-11-01 12:00  v1")


def test_the_chosen_one_is_marked() -> None:
    """In the list."""
    (upload,) = ask([image(1, "cloudact-jobs-stage", "v1", "v2")])
    assert upload.render(upload.digest) == f"{upload.digest}  2026-11-01 12:00  v1,v2  <- chosen"
