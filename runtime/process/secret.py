"""A value that repr and logs never show."""

from __future__ import annotations

from binascii import b2a_base64
from collections.abc import Iterator

from runtime.process.errors import ConfigurationError
from runtime.process.escapes import resolve_escapes

MASK = "[redacted]"
STORE_AGAIN = "store it again, the key alone: printf '%s' KEY | gcloud secrets versions add NAME --data-file=-"
# Of a secret that somebody else cut, the start or the end is found from so many characters on.
LEAST_PIECE = 8


class Secret:
    """A key or token: printable ASCII without blanks, since a stray newline makes the right key a wrong one."""

    __slots__ = ("_value",)

    def __init__(self, value: str, variable: str) -> None:
        if not value:
            raise ConfigurationError(f"{variable} is empty", STORE_AGAIN)
        for position, character in enumerate(value, 1):
            if not "!" <= character <= "~":
                raise ConfigurationError(
                    f"{variable} has a blank, a line break or another character that no key has "
                    f"(character {position} of {len(value)})",
                    STORE_AGAIN,
                )
        self._value = value

    def reveal(self) -> str:
        """The value itself, for the header that carries it."""
        return self._value

    def __repr__(self) -> str:
        return MASK

    __str__ = __repr__


class Redactor:
    """Replaces known secrets in text, in the forms in which peers and libraries repeat them."""

    def __init__(self) -> None:
        self._forms: set[str] = set()
        self._anchors: set[str] = set()

    def add(self, secret: Secret) -> None:
        """From now on it is hidden: plain, in one case, in hex, in base64 at any alignment; each also escaped."""
        value = secret.reveal()
        digits = value.encode().hex()
        forms = {value, value.lower(), value.upper(), digits, digits.upper(), *_base64_forms(value)}
        # Made anew: another thread may be at work with the old ones.
        self._forms = self._forms | forms
        self._anchors = {piece for form in self._forms for piece in (form[:LEAST_PIECE], form[-LEAST_PIECE:])}

    def redact(self, text: str) -> str:
        """The text with every form of every secret masked, whole or from LEAST_PIECE characters of its start or end on.

        Cut a text only afterwards: of a secret that is whole, nothing is left.
        """
        spans = self._find(text)
        for view, places in resolve_escapes(text):
            spans += [(places[start], places[end]) for start, end in self._find(view)]
        return _mask(text, sorted(spans)) if spans else text

    def shorten(self, text: str, limit: int) -> str:
        """Masked first, cut afterwards: at most so many characters, and three dots if there are more."""
        # What cannot be shown need not be looked at, however long an answer is.
        shown = self.redact(text[: 16 * limit])
        return shown if len(shown) <= limit else shown[:limit] + "..."

    def _find(self, text: str) -> list[tuple[int, int]]:
        for anchor in self._anchors:
            if anchor in text:
                break
        else:
            return []
        size, backwards = len(text), text[::-1]
        spans: list[tuple[int, int]] = []
        for form in self._forms:
            spans += _find_starts(form, text)
            spans += [(size - end, size - start) for start, end in _find_starts(form[::-1], backwards)]
        return spans


def _find_starts(form: str, text: str) -> Iterator[tuple[int, int]]:
    """The form itself, and what begins like it; they may overlap."""
    head = form[:LEAST_PIECE]
    start = text.find(head)
    while start >= 0:
        yield start, start + _count_common(form, text[start : start + len(form)])
        start = text.find(head, start + 1)


def _count_common(form: str, text: str) -> int:
    return next((n for n, pair in enumerate(zip(form, text, strict=False)) if pair[0] != pair[1]), len(text))


def _mask(text: str, spans: list[tuple[int, int]]) -> str:
    parts: list[str] = []
    end = 0
    for first, last in spans:
        if first >= end:
            parts += (text[end:first], MASK)
        end = max(end, last)
    return "".join((*parts, text[end:]))


def _base64_forms(value: str) -> set[str]:
    # The secret may start at any of the three positions of a group; only the groups that
    # hold nothing of its neighbors look the same every time.
    forms = set()
    for shift in range(3):
        encoded = b2a_base64(b"\0" * shift + value.encode(), newline=False).decode().rstrip("=")
        last = len(encoded) - (1 if (shift + len(value)) % 3 else 0)
        core = encoded[(0, 2, 3)[shift] : last]
        forms |= {core, core.replace("+", "-").replace("/", "_")} if len(core) >= LEAST_PIECE else set()
    return forms
