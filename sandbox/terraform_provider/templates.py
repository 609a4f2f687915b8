"""Ids, names and other values that the cloud makes up: derived from the attributes, so the same every time."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping

from sandbox.terraform_provider.codec import UNKNOWN, Object, Value, is_known


class Text(str):
    """A text of which a template may take the last part: `{name.short}`."""

    __slots__ = ()

    @property
    def short(self) -> str:
        """What follows the last slash; everything if there is none."""
        return self.rpartition("/")[2]


class _Unresolved(Exception):
    """The template names something that is not known (yet)."""


class _Fields(dict[str, str]):
    def __init__(self, kind: str, values: Object, projects: Mapping[str, str]) -> None:
        super().__init__()
        self._kind, self._values, self._projects = kind, values, projects

    def __missing__(self, name: str) -> str:
        value = self._values.get(name)
        if isinstance(value, str) and value:
            return Text(value)
        made = self._make(name) if value is None or value is UNKNOWN else ""
        if not made and name != "titled":
            raise _Unresolved(name)
        return made

    def _make(self, name: str) -> str:
        if name == "number":
            return self._projects.get(self._values.get("project") or "", "")
        if name == "titled":
            return "".join("/" + condition["title"] for condition in self._values.get("condition") or [])
        digest = digest_values(self._kind, self._values)
        if name == "digits":
            return str(int(digest[:16], 16) % 10**18 + 10**18)
        if name == "uuid":
            return str(uuid.UUID(digest[:32]))
        return ""


def fill_template(template: str, kind: str, values: Object, projects: Mapping[str, str]) -> Value:
    """The template with the values put in; UNKNOWN if one of them is not known."""
    try:
        return template.format_map(_Fields(kind, values, projects))
    except _Unresolved:
        return UNKNOWN


def digest_values(kind: str, values: Object) -> str:
    """64 hex digits that stand for the type and the known attributes."""
    known = {name: value for name, value in values.items() if is_known(value)}
    return hashlib.sha256(json.dumps([kind, known], sort_keys=True).encode()).hexdigest()
