"""What exists in the project of what a plan would make: another tool made it, or its state was lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from operations.cloud.answers import last_part
from operations.cloud.google_session import GoogleSession
from operations.cloud.refusals import ApiDisabled
from operations.terraform.kinds import KINDS, Kind, Values
from runtime.config.environment import Environment

# Where resources of a kind are listed: the API, and the path.
Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Existing:
    """A resource that is there: its kind, its address in Terraform, and what it is imported by.

    `former` is its address in the state if the plan would remove it there, since the catalog has it under another key.
    `namesakes` are the full names of others that are called the same, which nothing needs.
    """

    kind: Kind
    address: str
    identifier: str
    former: str = ""
    namesakes: tuple[str, ...] = ()


def find_existing(plan: Values, connect: Callable[[], GoogleSession]) -> list[Existing]:
    """Which of the resources that the plan (as `terraform show -json` has it) would create are there already."""
    wanted = [(kind, address, change["after"]) for kind, address, change in _list_changes(plan, "create")]
    former = {
        (_place(kind, change["before"]), last_part(change["before"]["id"])): address
        for kind, address, change in _list_changes(plan, "delete")
    }
    kinds = {_place(kind, values): kind for kind, _, values in wanted}
    if not kinds:
        return []
    session = connect()
    # Before the threads need it, each.
    session.renew_token()
    with ThreadPoolExecutor(len(kinds)) as pool:
        names = pool.map(lambda place: _list_names(session, place, kinds[place]), kinds)
        found = dict(zip(kinds, names, strict=True))
    return list(_match(wanted, found, former, session.environment))


def list_wanted(plan: Values) -> Iterator[tuple[str, bool]]:
    """What the plan would make or take over: what it is imported by, and whether it is there."""
    for each in plan.get("resource_changes", ()):
        kind, change = KINDS.get(each["type"]), each["change"]
        if kind and (change["actions"] == ["create"] or "importing" in change):
            yield kind.identifier.format_map(change["after"]), "importing" in change


def _list_changes(plan: Values, action: str) -> Iterator[tuple[Kind, str, Values]]:
    for each in plan.get("resource_changes", ()):
        if each["change"]["actions"] == [action] and each["type"] in KINDS:
            yield KINDS[each["type"]], each["address"], each["change"]


def _place(kind: Kind, values: Values) -> Place:
    return kind.api, kind.path.format_map(values)


def _match(
    wanted: Sequence[tuple[Kind, str, Values]],
    found: Mapping[Place, Mapping[str, Sequence[str]]],
    former: Mapping[tuple[Place, str], str],
    environment: Environment,
) -> Iterator[Existing]:
    for kind, address, values in wanted:
        place = _place(kind, values)
        names = found[place].get(kind.name_planned(values, environment), ())
        if names:
            # One that the state has under another address goes before one that it does not have.
            name = next((each for each in names if (place, last_part(each)) in former), names[0])
            identifier = kind.identifier.format_map({**values, "found": last_part(name)})
            others = tuple(each for each in names if each != name)
            yield Existing(kind, address, identifier, former.get((place, last_part(name)), ""), others)


def _list_names(session: GoogleSession, place: Place, kind: Kind) -> dict[str, list[str]]:
    """The full names of what there is, by what a plan would call it."""
    try:
        listed = session.ask_pages(*place, kind.member)
    except ApiDisabled:
        return {}
    names: dict[str, list[str]] = {}
    for resource in listed:
        names.setdefault(last_part(resource.get(kind.field, "")), []).append(resource["name"])
    return names
