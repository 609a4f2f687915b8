"""Environment variables, read one by one, with their problems collected."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from runtime.net.endpoint import Endpoint
from runtime.process.errors import ConfigurationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    T = TypeVar("T")


class VariableReader:
    """Reads environment variables; what is wrong with them is collected in `problems`."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = variables
        self.problems: list[str] = []

    def text(self, name: str) -> str | None:
        """The value, None if it is not set or empty."""
        return self.variables.get(name) or None

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """A whole number within both bounds."""
        text = self.text(name)
        if text is None:
            return default
        # Python refuses to read thousands of digits.
        if not (text.isascii() and text.isdigit() and len(text) < 20 and least <= int(text) <= most):
            self.problems.append(f"{name} is {text!r}, not a number from {least} to {most}")
            return default
        return int(text)

    def endpoint(self, name: str, default: str | None = None) -> Endpoint | None:
        """An address, the default if it is not set."""
        text = self.text(name) or default
        return None if text is None else self.attempt(Endpoint.parse, text, name)

    def attempt(self, read: Callable[..., T], *arguments: object) -> T | None:
        """What `read` returns; its ConfigurationError becomes a problem and None."""
        try:
            return read(*arguments)
        except ConfigurationError as error:
            self.problems.append(str(error))
            return None
