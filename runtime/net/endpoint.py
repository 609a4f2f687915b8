"""Where a service is: https anywhere, plain http to loopback only."""

from __future__ import annotations

from runtime.process.errors import ConfigurationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv6Address

PORTS = {"https": 443, "http": 80}


def read_endpoint(text: str, variable: str) -> str:
    """A base address, to which a call's path is added: without the scheme's usual port, and no slash at its end.

    Raises ConfigurationError that names the variable.
    """
    # Imported here: the help text needs none of it.
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    authority = f"[{host}]" if ":" in host else host
    is_whole = parts.netloc.lower() in (authority, f"{authority}:{port}")
    printable = all("!" <= c <= "~" and c not in "@?#\\" for c in text)
    if not (printable and parts.scheme in PORTS and host and is_whole) or port == 0:
        shown = "an address with user information" if "@" in text else repr(text)
        raise ConfigurationError(f"{variable} is {shown}, not like https://host[:port][/path]")
    if parts.scheme == "http" and not is_loopback(host):
        raise ConfigurationError(f"{variable} is plain http to {host}: keys would be sent unencrypted", "use https")
    if not can_resolve(host):
        raise ConfigurationError(f"{variable} is {text!r}, whose host {host!r} can never be found", "correct it")
    shown_port = "" if port in (None, PORTS[parts.scheme]) else f":{port}"
    return f"{parts.scheme}://{authority}{shown_port}{parts.path.rstrip('/')}"


def can_resolve(host: str) -> bool:
    """Has the form of an address or of a host name (RFC 1123, 2.1): labels of 1 to 63 letters, digits and hyphens.

    A name that ends with a dot resolves, but no certificate is made out to it. Underscores occur in private networks.
    """
    labels = host.split(".")
    if ":" in host or labels[-1].isdigit():
        return _read_address(host) is not None
    return len(host) <= 253 and all(map(_is_label, labels))


def is_loopback(host: str) -> bool:
    """This machine and no other: localhost, 127.0.0.0/8 or ::1."""
    address = _read_address(host)
    return address.is_loopback if address else host.lower() == "localhost"


def _is_label(label: str) -> bool:
    fine = label.replace("-", "a").replace("_", "a").isalnum()
    return fine and len(label) <= 63 and label[0] != "-" and label[-1] != "-"


def _read_address(text: str) -> IPv4Address | IPv6Address | None:
    from ipaddress import ip_address

    try:
        return ip_address(text)
    except ValueError:
        return None
