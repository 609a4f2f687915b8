"""A plan in a few lines: what is made and taken over by kind, what changes alike together, what is lost one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from operations.terminal.table import Column, find_width, render_table
from operations.terraform.kinds import KINDS

Values = Mapping[str, Any]

# In the order in which they are shown: what loses something is next to the question.
_TAKE_OVER, _MAKE, _FORGET, _REPLACE, _DESTROY = "take over", "make", "forget", "replace", "destroy"
_WORDS = {
    ("no-op",): _TAKE_OVER,
    ("create",): _MAKE,
    ("update",): "change",
    ("forget",): _FORGET,
    ("create", "forget"): _REPLACE,
    ("create", "delete"): _REPLACE,
    ("delete", "create"): _REPLACE,
    ("delete",): _DESTROY,
}
_TAKE_OVER_AND_CHANGE = "take over, change"
_ORDER = (_TAKE_OVER, _MAKE, _TAKE_OVER_AND_CHANGE, "change", _FORGET, _REPLACE, _DESTROY)
_BY_KIND = (_TAKE_OVER, _MAKE)
_LOSSES = (_FORGET, _REPLACE, _DESTROY)
_MOST_ATTRIBUTES = 4
_GRANT = "_iam_member"
# Makes nothing in the cloud: modules/jobs/guard.tf. Its key begins with the job's name.
_GUARD = "terraform_data"
_COLUMNS = (Column("WOULD"), Column("COUNT"), Column("KIND", least=12), Column("WHICH", least=16))


def list_changes(plan: Values) -> list[tuple[str, Values]]:
    """What the plan (as `terraform show -json` has it) would do, and with what; in the order of the summary."""
    changes = [
        (_name_action(each["change"]), each)
        for each in plan.get("resource_changes", ())
        if each["mode"] == "managed" and (each["change"]["actions"] != ["no-op"] or "importing" in each["change"])
    ]
    return sorted(changes, key=lambda change: _ORDER.index(change[0]))


def render_summary(plan: Values) -> str:
    """The table and, as Terraform counts them, the sums; "No changes." and the reason why there is no table."""
    changes = list_changes(plan)
    if not changes:
        outputs = any(each["actions"] != ["no-op"] for each in plan.get("output_changes", {}).values())
        return (
            "No changes of resources, only of outputs." if outputs else "No changes. What is there is as it should be."
        )
    return f"{render_table(_COLUMNS, list(_list_rows(changes)), width=find_width())}\n{_count(changes)}"


def _list_rows(changes: list[tuple[str, Values]]) -> Iterator[tuple[str, str, str, str]]:
    groups: dict[tuple[str, str], list[Values]] = {}
    for word, each in changes:
        if word in _BY_KIND:
            groups.setdefault((word, _name_kind(each["type"])), []).append(each)
    for (word, kind), members in groups.items():
        yield word, str(len(members)), kind, _list_members(members)
    alike: dict[tuple[str, str, str, str, int], list[Values]] = {}
    for index, (word, each) in enumerate(changes):
        if word not in _BY_KIND:
            # Each loss is unlike all others.
            key = (word, each["type"], each["name"], _list_attributes(word, each), index if word in _LOSSES else 0)
            alike.setdefault(key, []).append(each)
    for (word, kind, name, attributes, _), members in alike.items():
        keys = ", ".join(f'"{each["index"]}"' for each in members if "index" in each)
        yield word, str(len(members)), _name_kind(kind), f"{name}{keys and f'[{keys}]'}{attributes}"


def _list_members(members: list[Values]) -> str:
    """Their keys, or how many there are of each resource block if there are several."""
    blocks = Counter(each["name"] for each in members)
    if len(blocks) > 1:
        return ", ".join(name if count == 1 else f"{name} ({count})" for name, count in blocks.items())
    keys = (str(each.get("index", each["name"])) for each in members)
    return ", ".join(dict.fromkeys(key.split(" ")[0] if members[0]["type"] == _GUARD else key for key in keys))


def _list_attributes(word: str, each: Values) -> str:
    """Those that change or force the replacement."""
    change = each["change"]
    if word == _REPLACE:
        paths = [".".join(map(str, path)) for path in change.get("replace_paths", ())]
    elif change["actions"] == ["update"]:
        paths = list(dict.fromkeys(_find_differences(change["before"], change["after"], change["after_unknown"])))
    else:
        paths = []
    more = f" and {len(paths) - _MOST_ATTRIBUTES} more" if len(paths) > _MOST_ATTRIBUTES else ""
    return f": {', '.join(paths[:_MOST_ATTRIBUTES])}{more}" if paths else ""


def _find_differences(before: Any, after: Any, unknown: Any, path: str = "") -> Iterator[str]:
    """The attributes that change, never their values, which may be secrets."""
    if isinstance(after, dict) and isinstance(before, dict):
        later = unknown if isinstance(unknown, dict) else {}
        for name in {**before, **after, **later}:
            inner = f"{path}.{name}" if path else name
            yield from _find_differences(before.get(name), after.get(name), later.get(name), inner)
    elif isinstance(after, list) and isinstance(before, list) and len(before) == len(after):
        parts = unknown if isinstance(unknown, list) and len(unknown) == len(after) else [None] * len(after)
        for was, becomes, part in zip(before, after, parts, strict=True):
            yield from _find_differences(was, becomes, part, path)
    elif before != after or unknown is True:
        yield path


def _name_action(change: Values) -> str:
    word = _WORDS[tuple(change["actions"])]
    return _TAKE_OVER_AND_CHANGE if word == "change" and "importing" in change else word


def _name_kind(kind: str) -> str:
    if kind in KINDS:
        return KINDS[kind].noun
    if kind == _GUARD:
        return "guard against loss"
    if kind.endswith(_GRANT):
        return f"grant on {_name_kind(kind.removesuffix(_GRANT))}"
    return kind.removeprefix("google_").replace("_", " ")


def _count(changes: list[tuple[str, Values]]) -> str:
    words = [word for word, _ in changes]
    replaced = words.count(_REPLACE)
    taken = sum("importing" in each["change"] for _, each in changes)
    parts = [f"{taken} to import"] if taken else []
    parts += [
        f"{words.count(_MAKE) + replaced} to add",
        f"{words.count('change') + words.count(_TAKE_OVER_AND_CHANGE)} to change",
        f"{words.count(_DESTROY) + replaced} to destroy",
    ]
    return f"Plan: {', '.join(parts)}."
