"""Which addresses are taken: https anywhere, plain http to loopback only."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from runtime.net.endpoint import is_loopback, read_endpoint
from runtime.process.errors import ConfigurationError

ADDRESSES = [
    ("https://api.cloudact.ai", "https://api.cloudact.ai"),
    ("https://API.Cloudact.ai/", "https://api.cloudact.ai"),
    ("https://api.cloudact.ai:443", "https://api.cloudact.ai"),
    ("https://api.cloudact.ai:8443/base/", "https://api.cloudact.ai:8443/base"),
    ("https://[2001:db8::1]:444", "https://[2001:db8::1]:444"),
    ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
    ("http://127.8.9.10:80", "http://127.8.9.10"),
    ("http://localhost:1/x", "http://localhost:1/x"),
    ("http://[::1]:8000", "http://[::1]:8000"),
]
MALFORMED = [
    "",
    "api.cloudact.ai",
    "ftp://api.cloudact.ai",
    "https://",
    "https:///path",
    "https://:443",
    "https://host:0",
    "https://host:65536",
    "https://host:-1",
    "https://host:x",
    "https://host:²",
    "https://host:" + "9" * 5000,
    "https://hôte",
    "https://host/a b",
    "https://host\n",
    "https://host\x7f",
    "https://host/?page=1",
    "https://host/#top",
    "https://host\\path",
    "https://[::1]8000",
    "https://[::1",
    "https://::1",
    "https://a:b:80",
]


@pytest.mark.parametrize(("text", "expected"), ADDRESSES)
def test_an_address_is_written_in_one_way(text: str, expected: str) -> None:
    """The host in lower case, without the scheme's usual port, and without a slash at the end."""
    assert expected == read_endpoint(text, "API_SERVICE_URL")


@pytest.mark.parametrize("text", MALFORMED)
def test_what_is_no_address_is_refused_by_its_variable(text: str) -> None:
    """The message names the variable, and shows what an address looks like."""
    with pytest.raises(ConfigurationError) as caught:
        read_endpoint(text, "API_SERVICE_URL")
    assert caught.value.problem == f"API_SERVICE_URL is {text!r}, not like https://host[:port][/path]"


@pytest.mark.parametrize("text", ["https://user:s3cret@host", "https://s3cret@host/x", "https://host/@s3cret"])
def test_user_information_is_refused_and_not_repeated(text: str) -> None:
    """It may be a password."""
    with pytest.raises(ConfigurationError) as caught:
        read_endpoint(text, "API_SERVICE_URL")
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("host", ["api.cloudact.ai", "10.0.0.1", "0127.0.0.1", "127.0.0.1.nip.io", "128.0.0.1", "0"])
def test_plain_http_to_another_machine_is_refused(host: str) -> None:
    """The key would travel unprotected (NFR-SJ-002)."""
    with pytest.raises(ConfigurationError) as caught:
        read_endpoint(f"http://{host}:8000", "API_SERVICE_URL")
    assert caught.value.problem == f"API_SERVICE_URL is plain http to {host}: keys would be sent unencrypted"
    assert caught.value.remedy == "use https"


@pytest.mark.parametrize(
    "host", ["127.0.0.256", "127.0.0", "127.0.0.1.1", "127.0.0.x", "127." + "1" * 5000 + ".0.1", ""]
)
def test_what_only_looks_like_loopback_is_none(host: str) -> None:
    """Four numbers below 256, the first of them 127."""
    assert not is_loopback(host)


@given(st.text() | st.builds("{}://{}".format, st.sampled_from(("http", "https")), st.text()))
@example("http://127.0.0." + "1" * 5000)
@example("https://host:١")
def test_parsing_raises_nothing_but_a_configuration_error(text: str) -> None:
    """For any value of the variable."""
    with suppress(ConfigurationError):
        assert read_endpoint(text, "API_SERVICE_URL").startswith("http")


hosts = st.from_regex(r"[a-z][a-z0-9]{0,9}(-[a-z0-9]{1,9}){0,2}(\.[a-z]{1,9}){0,3}", fullmatch=True)
paths = st.from_regex(r"(/[a-zA-Z0-9._~%-]+){0,3}", fullmatch=True)


@given(hosts, st.integers(1, 65535), paths)
def test_an_address_is_written_as_it_is_read(host: str, port: int, path: str) -> None:
    """What was read is an address of the same endpoint; the usual port is left out."""
    endpoint = read_endpoint(f"https://{host}:{port}{path}", "API_SERVICE_URL")
    parts = urlsplit(endpoint)
    assert (host, port, path) == (parts.hostname, parts.port or 443, parts.path)
    assert (port == 443) == (f":{port}" not in endpoint)
    assert endpoint == read_endpoint(endpoint, "API_SERVICE_URL")


@pytest.mark.parametrize(
    "host",
    [
        "-",
        "a..b",
        ".",
        "a.",
        "api.cloudact.ai.",
        "-a.b",
        "a-.b",
        "a" * 64,
        "a." * 127 + "b",
        "1.2.3",
        "1.2.3.256",
    ],
)
def test_a_host_that_can_never_be_found_is_refused(host: str) -> None:
    """It would be looked up until the job's time is up."""
    with pytest.raises(ConfigurationError) as caught:
        read_endpoint(f"https://{host}", "API_SERVICE_URL")
    assert caught.value.problem == f"API_SERVICE_URL is 'https://{host}', whose host {host!r} can never be found"


@pytest.mark.parametrize("host", ["a", "a-b.c", "a_b", "xn--hte-0na", "a" * 63, "8.8.8.8", "[::ffff:1.2.3.4]"])
def test_a_host_of_the_right_form_is_taken(host: str) -> None:
    """Whether it is there only the network can tell."""
    assert read_endpoint(f"https://{host}", "API_SERVICE_URL") == f"https://{host}"
