"""The first one hosts, the others join, and when the last has left nothing is there any more."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.guarded import open_folder
from sandbox.shell.session import Session
from sandbox.terraform_provider.installation import CHECKOUT

HOST = """
import sys
from pathlib import Path
from sandbox.shell.session import Session
session = Session(Path(sys.argv[1]))
with session.host() as is_host:
    assert is_host
    print("starting", flush=True)
    sys.stdin.readline()
    session.publish({"folder": "here"})
    print("ready", flush=True)
    sys.stdin.readline()
    session.await_guests(lambda line: print(line, flush=True))
"""


@pytest.fixture
def places() -> Iterator[Path]:
    with open_folder("cloudact-test-") as folder:
        yield folder


@pytest.fixture
def host(places: Path) -> Iterator[subprocess.Popen[str]]:
    """One that has begun to start."""
    with subprocess.Popen(
        (sys.executable, "-c", HOST, str(places)),
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as host:
        assert read_line(host) == "starting"
        yield host


def read_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().rstrip("\n")


def send_line(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def test_a_host_leaves_nothing_behind(places: Path) -> None:
    """But for what is kept."""
    session = Session(places)
    with session.host() as is_host:
        assert (is_host, list(session.run.iterdir())) == (True, [])
        (session.run / "file").touch()
    assert list(places.iterdir()) == []
    with session.host():
        session.kept.mkdir()
    assert [path.name for path in session.folder.iterdir()] == ["kept"]


def test_a_guest_waits_for_the_host_and_the_host_for_the_guest(places: Path, host: subprocess.Popen[str]) -> None:
    """The guest is told what the host has published."""
    session = Session(places)
    with session.host() as is_host:
        assert not is_host
    with session.join(lambda _line: send_line(host)) as description:
        assert description == {"folder": "here"}
        assert read_line(host) == "ready"
        send_line(host)
        assert read_line(host).startswith("sandbox: another shell is still in it")
    assert host.wait() == 0
    assert list(places.iterdir()) == []


def test_a_killed_host_leaves_nothing_either_and_the_next_one_may_come(
    places: Path, host: subprocess.Popen[str]
) -> None:
    """Who waited to join is told so, by getting nothing."""
    session = Session(places)
    with session.join(lambda _line: host.kill()) as description:
        assert description is None
    host.wait()
    with session.host() as is_host:
        assert is_host
    assert list(places.iterdir()) == []
