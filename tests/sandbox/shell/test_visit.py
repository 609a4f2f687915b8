"""make sandbox as people use it: a shell in a terminal, a second one, one command; and what is left of it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.guarded import open_folder
from sandbox.terraform_provider.installation import CHECKOUT
from tests.sandbox.shell.terminal import Terminal, count_processes

SANDBOX = """
import sys
from pathlib import Path
from sandbox.__main__ import main
from sandbox.shell.session import Session
from sandbox.terraform.command import run_with_terraform
session = Session(Path(sys.argv.pop(1)))
sys.exit(run_with_terraform("sandbox", lambda: main(session)))
"""
PROMPT = r"\(sandbox\) [^\n]*[$#] "


@pytest.fixture
def places() -> Iterator[Path]:
    """Where the sandboxes of a test are, so that it joins nobody's."""
    with open_folder("cloudact-test-") as folder:
        yield folder


def name_command(places: Path, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-c", SANDBOX, str(places), *arguments)


def run(places: Path, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        name_command(places, *arguments), cwd=CHECKOUT, input=typed, capture_output=True, text=True, check=False
    )


@pytest.mark.todays_date
def test_a_shell_stays_up_a_second_one_joins_and_what_is_kept_goes_on(places: Path) -> None:
    """All three environments are applied, and every command finds them. Ctrl-D leaves nothing but what is kept.

    One command's standard input, output and exit status are its own; with --keep the next sandbox has this one's data.
    """
    with Terminal(name_command(places, "--keep"), {**os.environ, "SHELL": "/bin/bash", "TERM": "dumb"}) as terminal:
        sockets = terminal.wait_for(r"host=(/\S+) user")[1]
        terminal.wait_for("Try, in this order:")
        terminal.wait_for(PROMPT)
        terminal.type("list-jobs prod && bin/run-job stage bootstrap; echo ended $?\n")
        assert terminal.wait_for(r"ended (\d+)")[1] == "0", terminal.shown
        assert "bootstrap in stage: done" in terminal.shown
        terminal.wait_for(PROMPT)
        command = "sandbox status; echo yes | bin/run-job prod bootstrap; cat; exit 75"
        joined = run(places, "--command", command, typed="typed\n")
        assert (joined.returncode, "joins the sandbox that runs already" in joined.stderr) == (75, True), joined.stderr
        assert joined.stdout.endswith("\ntyped\n")
        assert joined.stderr.endswith("cat; exit 75 ended with exit status 75\n")
        assert ("1 executions" in joined.stdout, "bootstrap in prod: done" in joined.stdout) == (True, True)
        terminal.type("cat\n\x03")
        terminal.wait_for(PROMPT)
        terminal.type("sandbox tick quota-reset; echo ended $?\n")
        assert terminal.wait_for(r"ended (\d+)")[1] == "0", terminal.shown
        assert re.search("quota-reset +done", terminal.shown)
        terminal.wait_for(PROMPT)
        terminal.type("\x04")
        assert terminal.wait_for_end() == 0
    assert (Path(sockets).exists(), count_processes(f"{places}/cloudact-")) == (False, 0)
    following = run(places, "--keep", "--command", "bin/run-job stage bootstrap")
    assert (following.returncode, "30 tables, 0 tables created" in following.stdout) == (0, True), following.stderr
    (folder,) = places.iterdir()
    assert [path.name for path in folder.iterdir()] == ["kept"]


def test_what_is_ended_half_way_leaves_nothing_behind(places: Path) -> None:
    """If it can tidy up nothing by itself, the next one does, even if that is ended half way too."""
    statuses = {signal.SIGKILL: -9, signal.SIGTERM: 143, signal.SIGINT: 130}
    for number, status in statuses.items():
        process = subprocess.Popen(
            name_command(places, "--command", "true"), cwd=CHECKOUT, stderr=subprocess.PIPE, text=True
        )
        assert process.stderr is not None
        assert process.stderr.readline().startswith("Starting a Google Cloud of your own")
        process.stderr.readline()
        process.send_signal(number)
        rest = process.communicate()[1]
        assert (process.returncode, "Traceback" in rest) == (status, False), rest
        assert number == signal.SIGKILL or list(places.iterdir()) == []


def test_without_a_terminal_a_command_is_asked_for(places: Path) -> None:
    """Before anything is started."""
    done = run(places)
    assert done.returncode == 2
    assert done.stderr == (
        'make sandbox: there is no terminal for a shell - make sandbox CMD="bin/list-jobs stage" runs one command\n'
    )
