"""Dotted paths such as "template.template.timeout", followed through every block they lead to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.terraform_provider.codec import UNKNOWN, Object, Value
from sandbox.terraform_provider.schema import Block

# As Terraform addresses a place: attribute and block names, and indexes of lists. Elements of a set have no address.
Steps = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """One place that a path leads to: the key `name` of the object `holder`."""

    steps: Steps
    holder: Object
    name: str

    @property
    def value(self) -> Value:
        """What is there; None if nothing."""
        return self.holder.get(self.name)


def find_places(block: Block, value: Object, path: str) -> Iterator[Place]:
    """Every place of the value that the path leads to; none if a block on the way is absent or unknown."""
    return _find(block, value, path.split("."), (), addressable=True)


def find_values(block: Block, value: Object, path: str) -> Iterator[tuple[Steps, Value]]:
    """The known values at the path, those of a list one by one."""
    for place in find_places(block, value, path):
        for item in place.value if isinstance(place.value, list) else (place.value,):
            if item is not None and item is not UNKNOWN:
                yield place.steps, item


def find_blocks(block: Block, value: Object, path: str) -> Iterator[tuple[Steps, Object]]:
    """The blocks at the path; the value itself for the empty path."""
    if not path:
        yield (), value
        return
    head, _, last = path.rpartition(".")
    for steps, parent in find_blocks(block, value, head):
        nested = find_block(block, path)
        for element in parent[last] if isinstance(parent[last], list) else [parent[last]]:
            if isinstance(element, dict):
                yield (*steps, last), nested.conform(element)


def find_block(block: Block, path: str) -> Block:
    """The definition at a path of blocks."""
    for name in path.split("."):
        block = block.blocks[name].block
    return block


def _find(block: Block, value: Object, names: list[str], steps: Steps, *, addressable: bool) -> Iterator[Place]:
    head, *rest = names
    here = (*steps, head) if addressable else steps
    if not rest:
        if head not in block.attributes:
            raise KeyError(f"the schema has no attribute {head}")
        yield Place(here, value, head)
        return
    nested = block.blocks[head]
    addressable = addressable and nested.nesting != "set"
    for index, element in enumerate(nested.elements(value.get(head))):
        inner = (*here, index) if addressable and nested.nesting == "list" else here
        yield from _find(nested.block, element, rest, inner, addressable=addressable)
