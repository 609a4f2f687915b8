"""grpcio's modules can be imported without its extension, and nothing pretends to be a channel."""

from __future__ import annotations

import grpc
import pytest

from image.stages import cygrpc

CODES = {code.name.lower(): code.value[0] for code in grpc.StatusCode}


def test_status_codes_are_grpcs() -> None:
    """Google's exceptions are sorted by them."""
    assert {code.name: code.value for code in cygrpc.StatusCode} == CODES


def test_compressions_are_grpcs() -> None:
    """An enumeration is made of them when grpcio is imported."""
    numbers = {compression.name: compression.value for compression in cygrpc.CompressionAlgorithm}
    assert numbers == {"none": 0, "deflate": 1, "gzip": 2}
    assert set(numbers.values()) == {compression.value for compression in grpc.Compression}


def test_a_name_means_the_same_class_every_time() -> None:
    """They are caught, inherited from, and keys of dictionaries."""
    assert cygrpc.Operation is cygrpc.Operation
    assert cygrpc.Operation.deep is cygrpc.Operation.deep
    assert issubclass(cygrpc.AbortError, Exception)


def test_a_channel_says_what_to_do_instead() -> None:
    """A client made without transport='rest' fails at once."""
    with pytest.raises(ImportError, match="transport='rest'"):
        cygrpc.Channel(b"secretmanager.googleapis.com", (), None)


@pytest.mark.parametrize("name", ["__path__", "__wrapped__"])
def test_what_python_itself_asks_for_is_absent(name: str) -> None:
    """Or the module would be taken for a package."""
    assert not hasattr(cygrpc, name)
    assert not hasattr(cygrpc.Operation, name)
