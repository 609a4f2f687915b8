"""Reads one JSON object field by field and refuses what has the wrong type."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from runtime.process.errors import JobError

MISSING = object()
SHOWN_CHARACTERS = 60


class Fields:
    """A JSON object whose values are taken by name and type.

    `where` names the object in messages; `error` makes the exception that a wrong shape raises: a broken
    catalog and a broken answer are different errors.
    """

    __slots__ = ("_error", "_taken", "_values", "where")

    def __init__(self, values: object, where: str, error: Callable[[str], JobError]) -> None:
        self.where = where
        self._error = error
        self._taken: set[str] = set()
        if not isinstance(values, dict):
            raise error(f"{where}: expected a JSON object, got {describe(values)}")
        self._values: dict[str, object] = values

    def _take(self, name: str, expected: type, default: object) -> object:
        self._taken.add(name)
        value = self._values.get(name, MISSING)
        if value is MISSING or (value is None and default is not MISSING):
            if default is MISSING:
                raise self._error(f"{self.where}: {name} is missing")
            return default
        if type(value) is not expected:
            raise self._error(f"{self.where}: {name} should be {expected.__name__}, got {describe(value)}")
        return value

    def text(self, name: str, default: object = MISSING) -> str:
        """A string."""
        return self._take(name, str, default)  # type: ignore[return-value]

    def optional_text(self, name: str) -> str | None:
        """A string or null; the name has to be there."""
        if name in self._values and self._values[name] is None:
            self._taken.add(name)
            return None
        return self.text(name)

    def number(self, name: str, default: object = MISSING, *, least: int = 0) -> int:
        """A whole number of `least` or more; true and false are none."""
        value = self._take(name, int, default)
        if isinstance(value, int) and value < least:
            raise self._error(f"{self.where}: {name} should be {least} or more, got {value}")
        return value  # type: ignore[return-value]

    def flag(self, name: str, default: object = MISSING) -> bool:
        """true or false."""
        return self._take(name, bool, default)  # type: ignore[return-value]

    def texts(self, name: str, default: object = MISSING) -> tuple[str, ...]:
        """A list of strings."""
        values = self._take(name, list, default)
        for value in values:  # type: ignore[attr-defined]
            if type(value) is not str:
                raise self._error(f"{self.where}: {name} should be a list of strings, it holds {describe(value)}")
        return tuple(values)  # type: ignore[arg-type]

    def items(self, name: str, default: object = MISSING) -> Iterator[Fields]:
        """A list of objects, each wrapped like this one."""
        for position, value in enumerate(self._take(name, list, default)):  # type: ignore[arg-type, var-annotated]
            yield Fields(value, f"{self.where}: {name}[{position}]", self._error)

    def members(self, name: str, default: object = MISSING) -> dict[str, object]:
        """An object with names of its own."""
        return self._take(name, dict, default)  # type: ignore[return-value]

    def text_members(self, name: str) -> dict[str, str]:
        """An object with names of its own, whose values are strings."""
        members = self.members(name)
        for member, value in members.items():
            if type(value) is not str:
                raise self._error(f"{self.where}: {name}: {member} should be str, got {describe(value)}")
        return members  # type: ignore[return-value]

    def everything(self) -> dict[str, object]:
        """The whole object."""
        return self._values

    def finish(self) -> None:
        """Refuses every name that nobody took."""
        unknown = sorted(self._values.keys() - self._taken)
        if unknown:
            raise self._error(f"{self.where}: unknown key {', '.join(map(repr, unknown))}")


def describe(value: object) -> str:
    """Type and value, or of a long one only the type: a secret that it repeats must not be cut in two."""
    if value is None:
        return "null"
    shown = repr(str(value))
    return f"{type(value).__name__} {shown if len(shown) <= SHOWN_CHARACTERS else '(long)'}"
