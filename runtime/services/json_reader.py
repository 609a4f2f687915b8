"""Reads one JSON object field by field and refuses what has the wrong type."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from runtime.process.errors import JobError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    T = TypeVar("T")

SHOWN_CHARACTERS = 60


class Fields:
    """A JSON object whose values are taken by name and type; one that is absent or null gives the default, if any.

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

    def _take(self, name: str, expected: type[T], default: T | None) -> T:
        self._taken.add(name)
        value = self._values.get(name)
        if value is None and default is not None:
            return default
        if name not in self._values:
            raise self._error(f"{self.where}: {name} is missing")
        return self._expect(name, value, expected)

    def _expect(self, name: str, value: object, expected: type[T]) -> T:
        # To Python, true is a number as well.
        if not isinstance(value, expected) or type(value) is not expected:
            raise self._error(f"{self.where}: {name} should be {expected.__name__}, got {describe(value)}")
        return value

    def _is_null(self, name: str) -> bool:
        self._taken.add(name)
        return name in self._values and self._values[name] is None

    def text(self, name: str, default: str | None = None) -> str:
        """A string."""
        return self._take(name, str, default)

    def optional_text(self, name: str) -> str | None:
        """A string or null; the name has to be there."""
        return None if self._is_null(name) else self.text(name)

    def number(self, name: str, default: int | None = None, *, least: int = 0) -> int:
        """A whole number of `least` or more; true and false are none."""
        value = self._take(name, int, default)
        if value < least:
            raise self._error(f"{self.where}: {name} should be {least} or more, got {value}")
        return value

    def optional_number(self, name: str, *, least: int = 0) -> int | None:
        """A whole number or null; the name has to be there."""
        return None if self._is_null(name) else self.number(name, least=least)

    def flag(self, name: str, default: bool | None = None) -> bool:
        """true or false."""
        return self._take(name, bool, default)

    def texts(self, name: str, default: list[object] | None = None) -> tuple[str, ...]:
        """A list of strings."""
        values = self._take(name, list, default)
        return tuple(self._expect(f"{name}[{position}]", value, str) for position, value in enumerate(values))

    def items(self, name: str, default: list[object] | None = None) -> Iterator[Fields]:
        """A list of objects, each wrapped like this one."""
        values = self._take(name, list, default)
        for position, value in enumerate(values):
            yield Fields(value, f"{self.where}: {name}[{position}]", self._error)

    def members(self, name: str, default: dict[str, object] | None = None) -> dict[str, object]:
        """An object with free names."""
        return self._take(name, dict, default)

    def text_members(self, name: str) -> dict[str, str]:
        """An object with free names, whose values are strings."""
        return {key: self._expect(f"{name}: {key}", value, str) for key, value in self.members(name).items()}

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
