"""pip's settings (index, proxy, certificates) as uv's, which reads none of pip's."""

from __future__ import annotations

import ast
import ssl
import subprocess
from pathlib import Path

# A later one outranks an earlier one.
SECTIONS = ("global", "install", ":env:")


def translate_settings(python: Path) -> dict[str, str]:
    """Environment variables for uv that stand for the settings of this Python's pip."""
    settings = read_settings(python)
    variables = {
        "UV_DEFAULT_INDEX": settings.get("index-url", ""),
        "UV_INDEX": " ".join(settings.get("extra-index-url", "").split()),
        "UV_FIND_LINKS": ",".join(filter(exists, settings.get("find-links", "").split())),
        "UV_NO_INDEX": "1" if settings.get("no-index", "").lower() in ("1", "true", "yes", "on") else "",
        "UV_INSECURE_HOST": " ".join(settings.get("trusted-host", "").split()),
        "UV_HTTP_TIMEOUT": settings.get("timeout", settings.get("default-timeout", "")),
        "SSL_CLIENT_CERT": settings.get("client-cert", ""),
    }
    ca_certificates = settings.get("cert", "")
    if ca_certificates:
        variables["SSL_CERT_DIR" if Path(ca_certificates).is_dir() else "SSL_CERT_FILE"] = ca_certificates
    elif has_ca_certificates():
        variables["UV_SYSTEM_CERTS"] = "1"
    proxy = settings.get("proxy", "")
    if proxy:
        variables["ALL_PROXY"] = proxy if "://" in proxy else f"http://{proxy}"
    return {name: text for name, text in variables.items() if text}


def read_settings(python: Path) -> dict[str, str]:
    """What pip's files and variables say, by the names of its options; {} if it cannot tell."""
    listing = subprocess.run(
        [python, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    ).stdout
    found: dict[str, dict[str, str]] = {section: {} for section in SECTIONS}
    for line in listing.splitlines():
        name, _, text = line.partition("=")
        section, _, option = name.rpartition(".")
        if section in found:
            found[section][option] = str(ast.literal_eval(text))
    return {option: text for section in SECTIONS for option, text in found[section].items()}


def exists(place: str) -> bool:
    """pip passes over a folder that is not there, uv stops at it."""
    return "://" in place or Path(place).exists()


def has_ca_certificates() -> bool:
    """Whether this system has certificates, among which a company's may be; else uv takes Mozilla's."""
    paths = ssl.get_default_verify_paths()
    return paths.cafile is not None or (paths.capath is not None and any(Path(paths.capath).iterdir()))
