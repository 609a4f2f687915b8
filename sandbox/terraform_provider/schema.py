"""The provider's schema, as `terraform providers schema -json` prints it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sandbox.terraform_provider.codec import Object, Value

PROVIDER_SOURCE = "registry.terraform.io/hashicorp/google"
SCHEMA_FILE = Path(__file__).with_name("google-provider-7.45-schema.json")


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute; `type` is Terraform's own notation, e.g. "string" or ["list", "string"]."""

    type: Any
    required: bool
    optional: bool
    computed: bool
    sensitive: bool
    write_only: bool

    @property
    def configurable(self) -> bool:
        """Whether a configuration may set it."""
        return self.required or self.optional


@dataclass(frozen=True, slots=True)
class NestedBlock:
    """One kind of nested block; `nesting` is single, list or set."""

    nesting: str
    block: Block
    min_items: int
    max_items: int

    def elements(self, value: Value) -> list[Object]:
        """The blocks of this kind, however they nest; none if null or unknown."""
        if isinstance(value, dict):
            return [value]
        return [element for element in value if isinstance(element, dict)] if isinstance(value, list) else []


@dataclass(frozen=True, slots=True)
class Block:
    """Attributes and nested blocks of a resource, a data source, the provider, or a block within."""

    attributes: Mapping[str, Attribute]
    blocks: Mapping[str, NestedBlock]

    def conform(self, value: Mapping[str, Value]) -> Object:
        """The object with every attribute and block of the schema, null if it has none, and with nothing else."""
        conformed: Object = {
            name: _shape(attribute.type, value.get(name)) for name, attribute in self.attributes.items()
        }
        for name, nested in self.blocks.items():
            elements = [nested.block.conform(element) for element in nested.elements(value.get(name))]
            conformed[name] = (elements[0] if elements else None) if nested.nesting == "single" else elements
        return conformed


@dataclass(frozen=True, slots=True)
class Schema:
    """A block with the version of the state it describes."""

    version: int
    block: Block


@dataclass(frozen=True, slots=True)
class ProviderSchema:
    """Everything the provider serves."""

    provider: Schema
    resources: Mapping[str, Schema]
    data_sources: Mapping[str, Schema]


@cache
def load_schema() -> ProviderSchema:
    """The schema file's content, read once per process."""
    document = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))["provider_schemas"][PROVIDER_SOURCE]
    return ProviderSchema(
        _parse_schema(document["provider"]),
        {name: _parse_schema(schema) for name, schema in document["resource_schemas"].items()},
        {name: _parse_schema(schema) for name, schema in document["data_source_schemas"].items()},
    )


def _shape(kind: Any, value: Value) -> Value:
    """The value with every attribute that its type's objects have, at any depth."""
    if isinstance(kind, str) or value is None:
        return value
    container, inner = kind
    if container == "object":
        return {name: _shape(part, value.get(name)) for name, part in inner.items()}
    if isinstance(value, list):
        return [_shape(inner, item) for item in value]
    return value


def _parse_schema(document: Mapping[str, Any]) -> Schema:
    return Schema(document["version"], _parse_block(document["block"]))


def _parse_block(document: Mapping[str, Any]) -> Block:
    flags = ("required", "optional", "computed", "sensitive", "write_only")
    return Block(
        {
            name: Attribute(attribute["type"], *(attribute.get(flag, False) for flag in flags))
            for name, attribute in document.get("attributes", {}).items()
        },
        {
            name: NestedBlock(
                nested["nesting_mode"],
                _parse_block(nested["block"]),
                nested.get("min_items", 0),
                nested.get("max_items", 0),
            )
            for name, nested in document.get("block_types", {}).items()
        },
    )
