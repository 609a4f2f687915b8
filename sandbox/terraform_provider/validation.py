"""What the provider refuses in a configuration before anything is planned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.terraform_provider.codec import UNKNOWN, Object
from sandbox.terraform_provider.paths import Steps, find_blocks, find_values
from sandbox.terraform_provider.rules.rule import Choice, Rules
from sandbox.terraform_provider.schema import Block


@dataclass(frozen=True, slots=True)
class Problem:
    """An error to show: a summary, the details, and the place in the configuration."""

    summary: str
    detail: str = ""
    steps: Steps = ()


def find_problems(block: Block, rules: Rules, config: Object) -> list[Problem]:
    """Everything that is wrong with a resource's configuration; what is not known yet is not judged."""
    return [
        *_find_unconfigurable(block, config, ()),
        *_find_wrong_values(block, rules, config),
        *(problem for choice in rules.choices for problem in _find_wrong_choices(block, choice, config)),
    ]


def _find_unconfigurable(block: Block, config: Object, steps: Steps) -> Iterator[Problem]:
    if not steps and config.get("id") is not None:
        yield Problem("Invalid or unknown key", steps=("id",))
    for name, attribute in block.attributes.items():
        if not attribute.configurable and config.get(name) is not None:
            yield Problem(
                "Value for unconfigurable attribute",
                f'Can\'t configure a value for "{name}": its value will be decided automatically based on the '
                "result of applying this configuration.",
                (*steps, name),
            )
    for name, nested in block.blocks.items():
        for index, element in enumerate(nested.elements(config.get(name))):
            inner = (*steps, name, index) if nested.nesting == "list" else (*steps, name)
            yield from _find_unconfigurable(nested.block, element, inner)


def _find_wrong_values(block: Block, rules: Rules, config: Object) -> Iterator[Problem]:
    for check in rules.checks:
        for steps, value in find_values(block, config, check.path):
            problem = check.problem(value)
            if problem:
                yield Problem(problem, steps=steps)


def _find_wrong_choices(block: Block, choice: Choice, config: Object) -> Iterator[Problem]:
    for steps, element in find_blocks(block, config, choice.parent):
        values = {name: element[name] for name in choice.members}
        taken = [name for name, value in values.items() if value not in (None, []) and value is not UNKNOWN]
        open_ones = any(value is UNKNOWN for value in values.values())
        names = ",".join(choice.members)
        if len(taken) > choice.at_most:
            summary = "Invalid combination of arguments" if choice.at_least else "Conflicting configuration arguments"
            yield Problem(
                summary,
                f'"{taken[0]}": only one of `{names}` can be specified, but `{",".join(taken)}` were specified.',
                steps,
            )
        elif len(taken) < choice.at_least and not open_ones:
            yield Problem("Missing required argument", f'"{names}": one of `{names}` must be specified', steps)
