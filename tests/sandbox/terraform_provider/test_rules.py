"""The overlay fits the schema."""

from __future__ import annotations

import pytest

from sandbox.terraform_provider.paths import find_block, find_places
from sandbox.terraform_provider.rules import RULES
from sandbox.terraform_provider.schema import load_schema


@pytest.mark.parametrize("kind", sorted(load_schema().resources))
def test_every_rule_names_what_the_schema_has(kind: str) -> None:
    """A misspelled path in a rule would check nothing."""
    block, rules = load_schema().resources[kind].block, RULES[kind]
    checks = [check.path for check in (*rules.checks, *rules.cloud_checks)]
    for path in (
        *checks,
        *rules.replaced_by,
        *rules.defaults,
        *rules.suppressed,
        *(path for path in rules.applied if "." in path),
    ):
        head, _, name = path.rpartition(".")
        assert name in (find_block(block, head) if head else block).attributes
    for path in rules.computed_blocks:
        head, _, name = path.rpartition(".")
        assert name in (find_block(block, head) if head else block).blocks
    for choice in rules.choices:
        parent = find_block(block, choice.parent) if choice.parent else block
        assert set(choice.members) <= {*parent.attributes, *parent.blocks}
    assert {name for name in (*rules.applied, *rules.planned, *rules.derived) if "." not in name} <= set(
        block.attributes
    )


def test_a_place_in_a_set_has_the_address_of_the_set() -> None:
    """Terraform cannot address an element of a set: the problem is shown at the whole set."""
    block = load_schema().resources["google_cloud_run_v2_job"].block
    value = {"template": [{"template": [{"containers": [{"env": [{"name": "A"}]}]}]}]}
    places = list(find_places(block, value, "template.template.containers.env.name"))
    assert [place.steps for place in places] == [("template", 0, "template", 0, "containers", 0, "env")]
