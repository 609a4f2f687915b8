"""A value that repr and logs never show."""

from __future__ import annotations

from binascii import b2a_base64

from runtime.errors import ConfigurationError

MASK = "[redacted]"


class Secret:
    """A key or token: printable ASCII without blanks, since a stray newline makes the right key a wrong one."""

    __slots__ = ("_value",)

    def __init__(self, value: str, variable: str) -> None:
        for position, character in enumerate(value, 1):
            if not "!" <= character <= "~":
                raise ConfigurationError(
                    f"{variable} has a blank, a line break or a control character "
                    f"(character {position} of {len(value)})",
                    "store it again without: printf '%s' VALUE | gcloud secrets versions add NAME --data-file=-",
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

    __slots__ = ("_forms",)

    def __init__(self) -> None:
        self._forms: list[str] = []

    def add(self, secret: Secret) -> None:
        """From now on this one is hidden: plain, URL-encoded, base64 at any alignment."""
        value = secret.reveal()
        forms = {value, _percent_encode(value), _percent_encode(value).replace("%", "%25"), *_base64_forms(value)}
        forms |= {_lower_escapes(form) for form in forms if "%" in form}
        self._forms = sorted({*self._forms, *forms}, key=len, reverse=True)

    def redact(self, text: str) -> str:
        """The text with every form of every secret masked."""
        for form in self._forms:
            if form in text:
                text = text.replace(form, MASK)
        return text


def _percent_encode(value: str) -> str:
    return "".join(c if c.isalnum() or c in "-._~" else f"%{ord(c):02X}" for c in value)


def _lower_escapes(form: str) -> str:
    pieces = form.split("%")
    return "%".join([pieces[0], *(piece[:2].lower() + piece[2:] for piece in pieces[1:])])


def _base64_forms(value: str) -> set[str]:
    # The secret may start at any of the three positions of a group; only the groups that
    # hold nothing of its neighbours look the same every time.
    forms = set()
    for shift in range(3):
        encoded = b2a_base64(b"\0" * shift + value.encode(), newline=False).decode().rstrip("=")
        last = len(encoded) - (1 if (shift + len(value)) % 3 else 0)
        core = encoded[(0, 2, 3)[shift] : last]
        forms |= {core, core.replace("+", "-").replace("/", "_")} if len(core) >= 8 else set()
    return forms
