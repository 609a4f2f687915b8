"""Reads an answer's JSON object field by field; a wrong type is an UnexpectedAnswer."""

from __future__ import annotations

from collections.abc import Iterator

from runtime.net.response import Response
from runtime.process.errors import UnexpectedAnswer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    T = TypeVar("T")

SHOWN_CHARACTERS = 60


class Fields:
    """A JSON object whose values are taken by name and type; one that is absent or null gives the default, if any.

    `where` names the object in messages.
    """

    def __init__(self, values: object, where: str) -> None:
        self.where = where
        if not isinstance(values, dict):
            raise UnexpectedAnswer(f"{where}: expected a JSON object, got {describe(values)}")
        self._values: dict[str, object] = values

    def text(self, name: str, default: str | None = None) -> str:
        """A string."""
        return self._take(name, str, default)

    def number(self, name: str, default: int | None = None) -> int:
        """A whole number of 0 or more; true and false are none."""
        value = self._take(name, int, default)
        if value < 0:
            raise UnexpectedAnswer(f"{self.where}: {name} should be 0 or more, got {value}")
        return value

    def flag(self, name: str, default: bool | None = None) -> bool:
        """true or false."""
        return self._take(name, bool, default)

    def texts(self, name: str, default: list[object] | None = None) -> tuple[str, ...]:
        """A list of strings."""
        values = self._take(name, list, default)
        return tuple(self._expect(f"{name}[{position}]", value, str) for position, value in enumerate(values))

    def items(self, name: str, default: list[object] | None = None) -> Iterator[Fields]:
        """A list of objects, each wrapped like this one."""
        for position, value in enumerate(self._take(name, list, default)):
            yield Fields(value, f"{self.where}: {name}[{position}]")

    def members(self, name: str, default: dict[str, object] | None = None) -> dict[str, object]:
        """An object with free names."""
        return self._take(name, dict, default)

    def _take(self, name: str, expected: type[T], default: T | None) -> T:
        value = self._values.get(name)
        if value is None and default is not None:
            return default
        if name not in self._values:
            raise UnexpectedAnswer(f"{self.where}: {name} is missing")
        return self._expect(name, value, expected)

    def _expect(self, name: str, value: object, expected: type[T]) -> T:
        # To Python, true is a number as well.
        if not isinstance(value, expected) or type(value) is not expected:
            raise UnexpectedAnswer(f"{self.where}: {name} should be {expected.__name__}, got {describe(value)}")
        return value


def read_fields(response: Response) -> Fields:
    """The answer's JSON object; UnexpectedAnswer with an excerpt if it is not JSON."""
    where, value = f"{response.call} answered {response.status}", response.parse()
    if value is None:
        raise UnexpectedAnswer(f"{where} with a body that is not JSON: {response.excerpt()}")
    return Fields(value, where)


def describe(value: object) -> str:
    """Type and value, or of a long one only the type: a secret that it repeats must not be cut in two."""
    if value is None:
        return "null"
    shown = repr(str(value))
    return f"{type(value).__name__} {shown if len(shown) <= SHOWN_CHARACTERS else '(long)'}"
