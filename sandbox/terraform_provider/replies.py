"""Parts of the replies: values, schemas, problems, places."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sandbox.terraform_provider.codec import Object, encode
from sandbox.terraform_provider.messages import MESSAGES
from sandbox.terraform_provider.paths import Steps
from sandbox.terraform_provider.schema import Block, Schema
from sandbox.terraform_provider.validation import Problem

_ERROR = 1
_NESTING_NUMBERS = {"single": 1, "list": 2, "set": 3}


def pack(value: Object | None) -> Any:
    """A value on the wire."""
    return MESSAGES["DynamicValue"](msgpack=encode(value))


def report(problem: Problem) -> Any:
    """A problem as Terraform shows it."""
    diagnostic = MESSAGES["Diagnostic"](severity=_ERROR, summary=problem.summary, detail=problem.detail)
    if problem.steps:
        diagnostic.attribute.CopyFrom(address(problem.steps))
    return diagnostic


def address(steps: Steps) -> Any:
    """A place as Terraform names it."""
    return MESSAGES["AttributePath"](
        steps=[
            MESSAGES["Step"](element_key_int=step) if isinstance(step, int) else MESSAGES["Step"](attribute_name=step)
            for step in steps
        ]
    )


def describe(schema: Schema) -> Any:
    """The schema as a protocol message."""
    return MESSAGES["Schema"](version=schema.version, block=_describe_block(schema.block))


def _describe_block(block: Block) -> Any:
    return MESSAGES["Block"](
        attributes=list(_describe_attributes(block)),
        block_types=[
            MESSAGES["NestedBlock"](
                type_name=name,
                block=_describe_block(nested.block),
                nesting=_NESTING_NUMBERS[nested.nesting],
                min_items=nested.min_items,
                max_items=nested.max_items,
            )
            for name, nested in block.blocks.items()
        ],
    )


def _describe_attributes(block: Block) -> Iterator[Any]:
    for name, attribute in block.attributes.items():
        yield MESSAGES["Attribute"](
            name=name,
            type=json.dumps(attribute.type).encode(),
            required=attribute.required,
            optional=attribute.optional,
            computed=attribute.computed,
            sensitive=attribute.sensitive,
            write_only=attribute.write_only,
        )
