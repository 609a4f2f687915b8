"""What a change would make of a resource: defaults, what is known before the apply, what forces a replacement."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.terraform_provider.codec import UNKNOWN, Object, Value, is_known
from sandbox.terraform_provider.paths import find_places
from sandbox.terraform_provider.rules.rule import Rules
from sandbox.terraform_provider.schema import Block
from sandbox.terraform_provider.settings import ProviderSettings
from sandbox.terraform_provider.templates import fill_template

_EMPTY: dict[str, Value] = {"string": "", "number": 0, "bool": False}


@dataclass(frozen=True, slots=True)
class Plan:
    """The planned values, the top-level attributes whose change forces a replacement, and those that need a value."""

    planned: Object
    replaced_by: tuple[str, ...]
    missing: tuple[str, ...]


def plan_change(
    kind: str, block: Block, rules: Rules, prior: Object | None, proposed: Object, settings: ProviderSettings
) -> Plan:
    """The plan for a creation (no prior state) or an update; changes `proposed`."""
    fill_defaults(block, rules, proposed)
    _suppress_defaults(block, rules, prior, proposed)
    missing = _fill_fallbacks(block, proposed, settings)
    _plan_labels(block, prior, proposed, settings)
    for name, template in rules.planned.items():
        proposed[name] = fill_template(template, kind, proposed, {})
    _mark_unknown(block, prior, proposed)
    if prior is None:
        _leave_open(block, rules, proposed)
    _empty_nulls(block, proposed, within_set=False)
    replaced_by = _find_replacing(block, rules, prior, proposed) if prior else ()
    return Plan(proposed, replaced_by, missing)


def fill_defaults(block: Block, rules: Rules, values: Object) -> None:
    """Fills in the overlay's defaults if the configuration says nothing."""
    for path, default in rules.defaults.items():
        for place in find_places(block, values, path):
            if place.value is None:
                place.holder[place.name] = default


def _suppress_defaults(block: Block, rules: Rules, prior: Object | None, values: Object) -> None:
    """Of a configured value that is the API's default a new resource's plan says nothing; nor of one that went."""
    for path, default in rules.suppressed.items():
        earlier = [place.value for place in find_places(block, prior, path)] if prior else []
        for index, place in enumerate(find_places(block, values, path)):
            if prior is None and place.value == default:
                place.holder[place.name] = None
            elif place.value is None and index < len(earlier):
                place.holder[place.name] = default if earlier[index] == default else None


def _leave_open(block: Block, rules: Rules, values: Object) -> None:
    """Marks the blocks that the cloud will fill in as unknown."""
    for path in rules.computed_blocks:
        parent, _, name = path.rpartition(".")
        for holder in _find_holders(block, values, parent):
            holder[name] = holder[name] or UNKNOWN


def _find_holders(block: Block, values: Object, path: str) -> list[Object]:
    holders = [values]
    for name in path.split(".") if path else ():
        nested = block.blocks[name]
        holders = [element for holder in holders for element in nested.elements(holder.get(name))]
        block = nested.block
    return holders


def _empty_nulls(block: Block, values: Object, *, within_set: bool) -> None:
    """Elements of a set have no nulls: their hash is made of empty values, and the provider plans those."""
    for name, attribute in block.attributes.items():
        if within_set and values[name] is None and not attribute.computed:
            kind = attribute.type if isinstance(attribute.type, str) else attribute.type[0]
            values[name] = [] if kind in ("list", "set") else _EMPTY.get(kind)
    for name, nested in block.blocks.items():
        for element in nested.elements(values[name]):
            _empty_nulls(nested.block, element, within_set=within_set or nested.nesting == "set")


def _fill_fallbacks(block: Block, values: Object, settings: ProviderSettings) -> tuple[str, ...]:
    fallbacks = {
        "project": settings.project,
        "region": settings.region,
        "location": settings.region,
        "deletion_policy": settings.deletion_policy,
    }
    open_ones = [
        name
        for name in fallbacks
        if name in block.attributes and block.attributes[name].computed and values[name] is None
    ]
    values.update({name: fallbacks[name] for name in open_ones})
    return tuple(name for name in open_ones if fallbacks[name] is None)


def _plan_labels(block: Block, prior: Object | None, values: Object, settings: ProviderSettings) -> None:
    if "effective_annotations" in block.attributes and values["annotations"] is not None:
        values["effective_annotations"] = values["annotations"]
    if "effective_labels" not in block.attributes:
        return
    own = values["labels"] or {}
    if not is_known(own):
        values["effective_labels"] = values["terraform_labels"] = UNKNOWN
        return
    attribution = settings.attribution
    if prior is not None:  # the attribution is added at creation only
        attribution = {name: text for name, text in attribution.items() if name in (prior["effective_labels"] or {})}
    values["effective_labels"] = values["terraform_labels"] = {**settings.default_labels, **attribution, **own}


def _mark_unknown(block: Block, prior: Object | None, values: Object) -> None:
    for name, attribute in block.attributes.items():
        if attribute.write_only:
            values[name] = None
        elif attribute.computed and values[name] is None and prior is None:
            values[name] = UNKNOWN
    for name, nested in block.blocks.items():
        elements = nested.elements(values[name])
        earlier = nested.elements(prior[name]) if prior else []
        for index, element in enumerate(elements):
            if nested.nesting == "set":
                match: Object | None = element if element in earlier else None
            else:
                match = earlier[index] if index < len(earlier) else None
            _mark_unknown(nested.block, match, element)


def _find_replacing(block: Block, rules: Rules, prior: Object, planned: Object) -> tuple[str, ...]:
    return tuple(
        path.partition(".")[0]
        for path in rules.replaced_by
        if _values_at(block, prior, path) != _values_at(block, planned, path)
    )


def _values_at(block: Block, values: Object, path: str) -> list[Value]:
    return [place.value for place in find_places(block, values, path)]
