"""Column values in the Management API's JSON: as postgres-meta's driver parses and JavaScript prints them."""

from __future__ import annotations

import math
from typing import Any

import psycopg
from psycopg.adapt import AdaptersMap
from psycopg.types.array import register_array
from psycopg.types.bool import BoolLoader
from psycopg.types.json import JsonLoader
from psycopg.types.numeric import FloatLoader, IntLoader
from psycopg.types.string import ByteaLoader, TextLoader

ANY_TYPE = 0
LARGEST_SAFE_INTEGER = 2**53 - 1
LARGEST_INTEGRAL_FLOAT = 1e21  # from here on JavaScript prints an exponent

# The driver knows these types, and the arrays of these; every other value, numeric and timestamps among them, stays
# PostgreSQL's own text. An array of `name` is one of those.
PARSED: dict[str, type[Any]] = {
    "bool": BoolLoader,
    "bytea": ByteaLoader,
    "float4": FloatLoader,
    "float8": FloatLoader,
    "int2": IntLoader,
    "int4": IntLoader,
    "int8": IntLoader,
    "json": JsonLoader,
    "jsonb": JsonLoader,
    "oid": IntLoader,
}
PARSED_ARRAYS = (
    *PARSED,
    "bpchar",
    "date",
    "interval",
    "text",
    "time",
    "timestamp",
    "timestamptz",
    "uuid",
    "varchar",
)


def make_adapters() -> AdaptersMap:
    """The conversions for a connection."""
    types = psycopg.adapters.types
    adapters = AdaptersMap(types=types)
    adapters.register_loader(ANY_TYPE, TextLoader)
    for name, loader in PARSED.items():
        adapters.register_loader(types[name].oid, loader)
    for name in PARSED_ARRAYS:
        register_array(types[name], adapters)
    return adapters


def encode(value: Any) -> Any:
    """The value as JSON has it: integers beyond 2^53 as text, no NaN, bytes as Node's Buffer."""
    match value:
        case bool() | None | str():
            return value
        case int():
            return value if abs(value) <= LARGEST_SAFE_INTEGER else str(value)
        case float():
            return _encode_float(value)
        case bytes():
            return {"type": "Buffer", "data": list(value)}
        case list():
            return [encode(item) for item in value]
        case dict():
            return {key: encode(item) for key, item in value.items()}
    raise TypeError(f"no JSON for a {type(value).__name__}")


def _encode_float(value: float) -> float | int | None:
    if not math.isfinite(value):
        return None
    return int(value) if value.is_integer() and abs(value) < LARGEST_INTEGRAL_FLOAT else value
