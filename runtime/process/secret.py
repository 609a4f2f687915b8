"""A value that repr and logs never show."""

from __future__ import annotations

from binascii import b2a_base64

from runtime.process.errors import ConfigurationError

MASK = "[redacted]"
STORE_AGAIN = "store it again, the key alone: printf '%s' KEY | gcloud secrets versions add NAME --data-file=-"
# Where a text was cut in the middle of a secret, this much of it is still found.
LEAST_PREFIX = 8


class Secret:
    """A key or token: printable ASCII without blanks, since a stray newline makes the right key a wrong one."""

    __slots__ = ("_value",)

    def __init__(self, value: str, variable: str) -> None:
        if not value:
            raise ConfigurationError(f"{variable} is empty", STORE_AGAIN)
        for position, character in enumerate(value, 1):
            if not "!" <= character <= "~":
                raise ConfigurationError(
                    f"{variable} has a blank, a line break or a control character "
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

    __slots__ = ("_forms",)

    def __init__(self) -> None:
        # Each with the start by which it is searched for.
        self._forms: list[tuple[str, str]] = []

    def add(self, secret: Secret) -> None:
        """From now on this one is hidden: plain, in JSON, URL-encoded, base64 at any alignment."""
        value = secret.reveal()
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        known = {form for _, form in self._forms}
        forms = {*known, value, escaped, *_percent_forms(value), *_base64_forms(value)}
        longest_first = sorted(forms, key=len, reverse=True)
        self._forms = [(form[: max(LEAST_PREFIX, len(form) // 4)], form) for form in longest_first]

    def redact(self, text: str) -> str:
        """The text with every form of every secret masked, also where the text ends or was cut halfway through it."""
        for prefix, form in self._forms:
            if prefix in text:
                text = _mask(text, prefix, form)
        return text


def _mask(text: str, prefix: str, form: str) -> str:
    start = text.find(prefix)
    while start >= 0:
        end = start + _count_common(form, text[start : start + len(form)])
        text = text[:start] + MASK + text[end:]
        start = text.find(prefix, start + len(MASK))
    return text


def _count_common(form: str, text: str) -> int:
    return next((n for n, pair in enumerate(zip(form, text, strict=False)) if pair[0] != pair[1]), len(text))


def _percent_forms(value: str) -> set[str]:
    # Encoders differ in the slash and in the case of the digits, and what was encoded may be encoded again.
    upper = "".join(c if c.isalnum() or c in "-._~" else f"%{ord(c):02X}" for c in value)
    lower = "".join(c if c.isalnum() or c in "-._~" else f"%{ord(c):02x}" for c in value)
    once = {upper, lower, upper.replace("%2F", "/"), lower.replace("%2f", "/")}
    return once | {form.replace("%", "%25") for form in once}


def _base64_forms(value: str) -> set[str]:
    # The secret may start at any of the three positions of a group; only the groups that
    # hold nothing of its neighbors look the same every time.
    forms = set()
    for shift in range(3):
        encoded = b2a_base64(b"\0" * shift + value.encode(), newline=False).decode().rstrip("=")
        last = len(encoded) - (1 if (shift + len(value)) % 3 else 0)
        core = encoded[(0, 2, 3)[shift] : last]
        forms |= {core, core.replace("+", "-").replace("/", "_")} if len(core) >= 8 else set()
    return forms
