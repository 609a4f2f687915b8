"""What the schema cannot say about a resource type, as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.terraform_provider.codec import Object, Value

if TYPE_CHECKING:
    from sandbox.terraform_provider.world import Cloud

ONE_HOUR = 3600
ONE_DAY = 24 * ONE_HOUR

# Attributes that only Terraform knows of: the cloud neither stores nor returns them.
VIRTUAL = frozenset(
    {
        "create_ignore_already_exists",
        "deletion_policy",
        "deletion_protection",
        "disable_dependent_services",
        "disable_on_destroy",
        "force_delete",
        "force_destroy",
        "run_execution_token",
        "start_execution_token",
        "terraform_labels",
        "timeouts",
    }
)


class RefusedError(Exception):
    """The cloud's own refusal of a request; `status` is the HTTP status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class FailedOperationError(Exception):
    """The cloud took the request, began, and gave up: what it had made stays behind. `code` is of google.rpc.Code."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Check:
    """A check of the values at a path; `problem` answers with what is wrong, or "" if nothing is."""

    path: str
    problem: Callable[[Value], str]


@dataclass(frozen=True, slots=True)
class Choice:
    """How many of the members of the block at `parent` ("" for the resource itself) may be set."""

    parent: str
    members: tuple[str, ...]
    at_least: int
    at_most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The rules of one resource type, by dotted paths of its attributes.

    `replaced_by`: a change of these makes a new resource. `defaults`: planned if the configuration says nothing.
    `suppressed`: the API's own defaults; a new resource's plan leaves them out even if the configuration has them.
    `computed_blocks`: filled in by the cloud if the configuration has none. `planned`: known before the apply.
    `applied`: what the cloud puts in place of a plan's unknowns. `derived`: computed anew at every change. `checks` and
    `choices` are the provider's, at validation; `cloud_checks`, `parent` (type and id of what has to exist first) and
    `refuse` are the API's, at the apply, and `keep` is its refusal to delete. `repeatable`: creating what exists is no
    conflict. `unread`: a refresh keeps these as the state has them, and an import takes them from the provider's
    settings, empty if those are silent.

    Templates name attributes in braces (`{secret_id.short}`: what follows the last slash) and the generated `{number}`
    (the project's), `{digits}`, `{uuid}` and `{titled}` (an IAM condition's title behind a slash).
    """

    noun: str
    api: str
    id: str
    replaced_by: tuple[str, ...] = ()
    defaults: Mapping[str, Value] = field(default_factory=dict)
    suppressed: Mapping[str, Value] = field(default_factory=dict)
    computed_blocks: tuple[str, ...] = ()
    planned: Mapping[str, str] = field(default_factory=dict)
    applied: Mapping[str, Value] = field(default_factory=dict)
    derived: Mapping[str, Callable[[Object], Value]] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    choices: tuple[Choice, ...] = ()
    cloud_checks: tuple[Check, ...] = ()
    parent: tuple[str, str] | None = None
    repeatable: bool = False
    unread: tuple[str, ...] = ()
    refuse: Callable[[Object, Cloud], None] = lambda _values, _cloud: None
    keep: Callable[[Object, Cloud], None] = lambda _values, _cloud: None


def exactly_one(*members: str, parent: str = "") -> Choice:
    """One of the members, and no other with it."""
    return Choice(parent, members, 1, 1)


def at_most_one(*members: str, parent: str = "") -> Choice:
    """The members exclude each other."""
    return Choice(parent, members, 0, 1)
