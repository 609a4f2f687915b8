"""Which dashboards the API takes: the fields and types of its messages, and what goes beyond them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox.terraform_provider.codec import Object
from sandbox.terraform_provider.rules.rule import RefusedError

if TYPE_CHECKING:
    from sandbox.terraform_provider.world import Cloud

# The messages of https://monitoring.googleapis.com/$discovery/rest?version=v1 that a dashboard is made of: a field is a
# message, a type of JSON, an enum (A|B), a list ([...]) or a map ({"*": ...}).
_MESSAGES: dict[str, Any] = json.loads(
    Path(__file__).parents[1].joinpath("dashboard-messages.json").read_text(encoding="utf-8")
)
_TYPES: dict[str, Any] = {"boolean": bool, "integer": int, "number": (int, float), "object": dict, "string": str}
_LAYOUTS = ("gridLayout", "mosaicLayout", "rowLayout", "columnLayout")
_NO_CONTENT = {"id", "title", "visibilityCondition"}


def refuse_dashboard(values: Object, _cloud: Cloud) -> None:
    """Raises RefusedError; https://cloud.google.com/monitoring/api/ref_v3/rest/v1/projects.dashboards has the rules."""
    dashboard = json.loads(values["dashboard_json"])
    for problem in _find_problems(dashboard, "Dashboard", "dashboard"):
        raise RefusedError(400, f"Invalid JSON payload received. {problem}")
    if not dashboard.get("displayName"):
        raise RefusedError(400, "Field displayName is required.")
    if sum(layout in dashboard for layout in _LAYOUTS) != 1:
        raise RefusedError(400, "Exactly one layout is required.")
    layout = dashboard.get("mosaicLayout", {"columns": 0, "tiles": []})
    for tile in layout["tiles"]:
        _refuse_tile(tile, layout["columns"])


def _find_problems(value: Any, kind: Any, path: str) -> Iterator[str]:
    if isinstance(kind, list):
        if isinstance(value, list):
            for index, item in enumerate(value):
                yield from _find_problems(item, kind[0], f"{path}[{index}]")
        else:
            yield f"Invalid value at '{path}': a list is needed."
    elif isinstance(kind, dict) or kind in _MESSAGES:
        fields = kind if isinstance(kind, dict) else _MESSAGES[kind]
        for name, item in value.items() if isinstance(value, dict) else [("", value)]:
            if part := fields.get(name, fields.get("*")):
                yield from _find_problems(item, part, f"{path}.{name}")
            else:
                yield f"Unknown name \"{name}\" at '{path}': Cannot find field."
    elif "|" in kind:
        if value not in kind.split("|"):
            yield f"Invalid value at '{path}': {value!r} is none of {kind}."
    elif not isinstance(value, _TYPES[kind]) or isinstance(value, bool) != (kind == "boolean"):
        yield f"Invalid value at '{path}': {value!r} is no {kind}."


def _refuse_tile(tile: Object, columns: int) -> None:
    if tile.get("xPos", 0) + tile["width"] > columns:
        raise RefusedError(400, "Field mosaicLayout.tiles: a tile does not fit into the columns.")
    if len(tile["widget"].keys() - _NO_CONTENT) != 1:
        raise RefusedError(400, "Field widget: exactly one content is required.")
    for name in tile["widget"].get("incidentList", {}).get("policyNames", ()):
        if not re.fullmatch(r"alertPolicies/[^/]+", name):
            raise RefusedError(400, f"Field incidentList.policyNames: {name} is not alertPolicies/POLICY.")
