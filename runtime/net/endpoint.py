"""Where a service is: https anywhere, plain http to loopback only."""

from __future__ import annotations

from runtime.process.errors import ConfigurationError

PORTS = {"https": 443, "http": 80}


class Endpoint:
    """A base address: scheme, host, port, and a path without a trailing slash."""

    def __init__(self, secure: bool, host: str, port: int, path: str = "") -> None:
        self.secure = secure
        self.scheme = "https" if secure else "http"
        self.host = host
        self.port = port
        self.path = path

    @staticmethod
    def parse(text: str, variable: str) -> Endpoint:
        """Raises ConfigurationError that names the variable.

        By hand: urllib.parse would be most of the start of a run that ends in a configuration error.
        """
        scheme, separator, rest = text.partition("://")
        authority, slash, path = rest.partition("/")
        host, port = _split_authority(authority, str(PORTS.get(scheme, 0)))
        printable = all("!" <= c <= "~" and c not in "@?#\\" for c in text)
        fine = printable and separator and scheme in PORTS and host and port.isdigit() and len(port) < 6
        if not fine or not 0 < int(port) < 65536:
            shown = "an address with user information" if "@" in text else repr(text)
            raise ConfigurationError(f"{variable} is {shown}, not like https://host[:port][/path]")
        if scheme == "http" and not is_loopback(host):
            raise ConfigurationError(f"{variable} is plain http to {host}: keys would be sent unencrypted", "use https")
        if not can_resolve(host):
            raise ConfigurationError(f"{variable} is {text!r}, whose host {host!r} can never be found", "correct it")
        return Endpoint(scheme == "https", host.lower(), int(port), (slash + path).rstrip("/"))

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.path}"


def can_resolve(host: str) -> bool:
    """Has the form of an address or of a host name (RFC 1123, 2.1): labels of 1 to 63 letters, digits and hyphens.

    A name that ends with a dot resolves, but no certificate is made out to it. Underscores occur in private networks.
    """
    labels = host.split(".")
    if ":" in host or labels[-1].isdigit():
        return _is_address(host)
    return len(host) <= 253 and all(map(_is_label, labels))


def is_loopback(host: str) -> bool:
    """This machine and no other: localhost, 127.0.0.0/8 or ::1."""
    parts = host.split(".")
    numeric = len(parts) == 4 and all(part.isdigit() and len(part) < 4 and int(part) < 256 for part in parts)
    return host.lower() in ("localhost", "::1") or (numeric and parts[0] == "127")


def _is_label(label: str) -> bool:
    fine = label.replace("-", "a").replace("_", "a").isalnum()
    return fine and len(label) <= 63 and label[0] != "-" and label[-1] != "-"


def _is_address(text: str) -> bool:
    # Imported here: a usage error and the help text need no socket.
    from socket import AF_INET, AF_INET6, inet_pton

    try:
        inet_pton(AF_INET6 if ":" in text else AF_INET, text)
    except OSError:
        return False
    return True


def _split_authority(authority: str, default: str) -> tuple[str, str]:
    if authority.startswith("["):
        host, closing, rest = authority[1:].partition("]")
        between, _, port = rest.partition(":")
        return (host if closing and not between else ""), port or default
    host, _, port = authority.partition(":")
    return host, port or default
