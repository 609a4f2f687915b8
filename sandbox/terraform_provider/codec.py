"""Terraform's values as MessagePack: plain Python values, and one object for what is not known yet."""

from __future__ import annotations

from typing import Any, Final

import msgpack

# dict (object, map), list (list, set), str, bool, int, float, None or UNKNOWN: a schema tells which.
Value = Any
Object = dict[str, Any]

_UNKNOWN_CODE: Final = 0
_REFINED_UNKNOWN_CODE: Final = 12  # unknown, with what is known about it; we need no more than "unknown"


class Unknown:
    """What a plan does not know yet: "(known after apply)"."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "(known after apply)"


UNKNOWN: Final = Unknown()


def decode(data: bytes) -> Value:
    """The value of a DynamicValue's `msgpack` field; no bytes mean null."""
    if not data:
        return None
    return msgpack.unpackb(data, raw=False, strict_map_key=False, ext_hook=_read_extension)


def encode(value: Value) -> bytes:
    """The `msgpack` field of a DynamicValue."""
    return bytes(msgpack.packb(value, default=_write_extension))


def is_known(value: Value) -> bool:
    """Whether neither the value nor anything within it is unknown."""
    if isinstance(value, dict):
        return all(is_known(item) for item in value.values())
    if isinstance(value, list):
        return all(is_known(item) for item in value)
    return value is not UNKNOWN


def _read_extension(code: int, _data: bytes) -> Unknown:
    if code not in (_UNKNOWN_CODE, _REFINED_UNKNOWN_CODE):
        raise ValueError(f"MessagePack extension {code} is not a value of Terraform")
    return UNKNOWN


def _write_extension(value: object) -> msgpack.ExtType:
    if value is not UNKNOWN:
        raise TypeError(f"{type(value).__name__} is not a value of Terraform")
    return msgpack.ExtType(_UNKNOWN_CODE, b"\0")
