"""In place of grpcio's 17 MB extension, which only a gRPC channel calls; both Google clients use REST."""

from __future__ import annotations

from enum import IntEnum

# The numbers of https://grpc.io/docs/guides/status-codes, which Google's exceptions are sorted by.
StatusCode = IntEnum(
    "StatusCode",
    "ok cancelled unknown invalid_argument deadline_exceeded not_found already_exists permission_denied "
    "resource_exhausted failed_precondition aborted out_of_range unimplemented internal unavailable data_loss "
    "unauthenticated",
    start=0,
)
CompressionAlgorithm = IntEnum("CompressionAlgorithm", "none deflate gzip", start=0)


class Channel:
    """Cannot be made."""

    def __init__(self, *_arguments: object) -> None:
        raise ImportError("grpcio's extension is not in this image: make the client with transport='rest'")


class Absent(type):
    """A class for any other name: grpcio's modules inherit from them and compare them when they are imported."""

    def __getattr__(cls, name: str) -> Absent:
        if name.startswith("__"):
            raise AttributeError(name)
        # The same name has to mean the same object: they are keys of dictionaries.
        value = make_absent(name)
        setattr(cls, name, value)
        return value


def make_absent(name: str) -> Absent:
    """An exception class, since some of them are caught."""
    return Absent(name, (Exception,), {})


def __getattr__(name: str) -> Absent:
    if name.startswith("__"):
        raise AttributeError(name)
    value = globals()[name] = make_absent(name)
    return value
