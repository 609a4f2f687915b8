"""uv finds packages in the places that pip does: a company's mirror, proxy and certificates are set up once."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tools.pip_settings import read_settings, translate_settings

PYTHON = Path(sys.executable)


@pytest.fixture
def configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The one file that pip reads; no variable of this machine counts."""
    for name in list(os.environ):
        if name.startswith("PIP_"):
            monkeypatch.delenv(name)
    path = tmp_path / "pip.conf"
    monkeypatch.setenv("PIP_CONFIG_FILE", str(path))
    monkeypatch.setenv("HOME", str(tmp_path))
    return path


def test_the_more_specific_setting_counts(configuration: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As for pip: a variable, then the section of `pip install`, then the one of all commands."""
    general = "[global]\nindex-url = http://a/simple\ntimeout = 5\nproxy = p:1\n"
    configuration.write_text(f"{general}[install]\nindex-url = http://b/simple\nproxy = q:2\n", encoding="utf-8")
    monkeypatch.setenv("PIP_INDEX_URL", "http://c/simple")
    settings = read_settings(PYTHON)
    assert (settings["index-url"], settings["proxy"], settings["timeout"]) == ("http://c/simple", "q:2", "5")


def test_every_setting_of_the_way_to_packages_has_its_counterpart(
    configuration: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the words of uv's documentation; a folder that is not there is passed over, as pip does."""
    authority = tmp_path / "authority.pem"
    authority.touch()
    configuration.write_text(
        "[install]\n"
        "index-url = https://user:word@mirror/simple\n"
        "extra-index-url =\n    https://one/simple\n    https://two/simple\n"
        f"find-links = {tmp_path} /nowhere https://files/\n"
        "no-index = true\n"
        "trusted-host = mirror one:8080\n"
        f"cert = {authority}\n"
        "client-cert = /client.pem\n"
        "proxy = user@proxy:3128\n"
        "timeout = 90\n",
        encoding="utf-8",
    )
    assert translate_settings(PYTHON) == {
        "UV_DEFAULT_INDEX": "https://user:word@mirror/simple",
        "UV_INDEX": "https://one/simple https://two/simple",
        "UV_FIND_LINKS": f"{tmp_path},https://files/",
        "UV_NO_INDEX": "1",
        "UV_INSECURE_HOST": "mirror one:8080",
        "SSL_CERT_FILE": str(authority),
        "SSL_CLIENT_CERT": "/client.pem",
        "ALL_PROXY": "http://user@proxy:3128",
        "UV_HTTP_TIMEOUT": "90",
    }


@pytest.mark.usefixtures("configuration")
def test_without_settings_uv_goes_its_own_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """To PyPI; at most with the system's certificates."""
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)  # this machine's own files do not count either
    assert translate_settings(PYTHON).keys() <= {"UV_SYSTEM_CERTS"}
