"""Images are copied bit by bit, against a real registry."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from urllib3.util import Retry

from operations.cloud.refusals import NotFound, PermissionMissing
from operations.images.registry import Manifest, Registry
from runtime.process.errors import JobError, TransientError, UnexpectedAnswer
from sandbox.faults import Fault, Kind
from tests.support.container_registry import ContainerRegistry, serve_registry
from tests.support.registry_front import serve_front

SOURCE, TARGET = "cloudact-testing-1/cloudact-jobs-stage", "cloudact-prod/cloudact-jobs-prod"
LAYERS = (b"small", os.urandom(3_000_000))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ContainerRegistry]:
    with serve_registry(tmp_path) as running:
        yield running


@pytest.fixture
def digest(store: ContainerRegistry) -> str:
    """Of an image in SOURCE."""
    return store.push(SOURCE, "x", {"a": "b"}, *LAYERS)


def copy(registry: Registry, digest: str) -> Manifest:
    """The whole of it."""
    manifest = registry.read_manifest(SOURCE, digest)
    parts = json.loads(manifest.content)
    for blob in (*parts["layers"], parts["config"]):
        registry.copy_blob(blob["digest"], blob["size"], SOURCE, TARGET)
    registry.write_manifest(TARGET, "x", manifest)
    return manifest


@pytest.mark.parametrize("mounts", [True, False], ids=["within the registry", "through this machine"])
def test_a_copy_has_the_same_digest(mounts: bool, store: ContainerRegistry, digest: str) -> None:
    """Whether or not the registry lends a layer of one project to another; the token goes to no other host."""
    with serve_front(store, "the-token", mounts=mounts) as front:
        copy(Registry(front.url, "the-token"), digest)
        sent = [request for request in front.requests if request.method == "PUT" and "/blobs/" in request.path]
    assert digest == store.find_digest(TARGET, "x")
    assert len(sent) == (0 if mounts else 3)


def test_what_is_there_is_not_copied_again(store: ContainerRegistry, digest: str) -> None:
    """A command that was interrupted goes on where it was."""
    with serve_front(store, "the-token") as front:
        registry = Registry(front.url, "the-token")
        copy(registry, digest)
        before = len(front.requests)
        copy(registry, digest)
        methods = [request.method for request in front.requests[before:]]
    assert methods == ["GET", "HEAD", "HEAD", "HEAD", "PUT"]


def test_a_passing_fault_is_waited_out(store: ContainerRegistry, digest: str) -> None:
    """Reading is repeated."""
    with serve_front(store, "the-token") as front:
        front.faults.add(Fault(Kind.RESPOND, method="GET", status=503))
        assert Registry(front.url, "the-token").read_manifest(SOURCE, digest).digest == digest


def test_a_wrong_token_names_the_roles(store: ContainerRegistry, digest: str) -> None:
    """For both ends of the way."""
    with serve_front(store, "the-token") as front, pytest.raises(PermissionMissing, match=r"artifactregistry\.reader"):
        Registry(front.url, "another").read_manifest(SOURCE, digest)


def test_an_image_that_is_gone_is_to_be_built_anew(store: ContainerRegistry) -> None:
    """The registry's clean-up may have taken it."""
    with pytest.raises(NotFound, match="build it again"):
        Registry(store.url, "t").read_manifest(SOURCE, "sha256:" + "0" * 64)


def test_another_image_under_the_digest_is_refused(store: ContainerRegistry, digest: str) -> None:
    """Even if a proxy stands between us and the registry."""
    other = store.push(SOURCE, "y", {})
    manifest = Registry(store.url, "t").read_manifest(SOURCE, other)
    headers = {"Content-Type": manifest.media_type}
    with serve_front(store, "t") as front:
        front.faults.add(Fault(Kind.RESPOND, status=200, headers=headers, body=manifest.content.decode()))
        with pytest.raises(UnexpectedAnswer, match="damaged"):
            Registry(front.url, "t").read_manifest(SOURCE, digest)


def test_nobody_at_the_address_is_a_fault_that_passes(store: ContainerRegistry, digest: str) -> None:
    """One line."""
    with serve_front(store, "t") as front:
        closed = front.url
    with pytest.raises(TransientError) as caught:
        Registry(closed, "t", Retry(0)).copy_blob(digest, 1, SOURCE, TARGET)
    assert isinstance(caught.value, JobError)
    assert "\n" not in str(caught.value)
