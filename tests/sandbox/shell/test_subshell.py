"""The shell inside is marked, finds the commands, and has none of the operator's own credentials."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.shell.subshell import make_variables, run_command
from tests.sandbox.shell.terminal import Terminal

SHELLS = [path for path in map(shutil.which, ("bash", "zsh", "dash", "sh", "false")) if path]
PROMPT = r"\(sandbox\)[^\n]*[$%#] "
START = """
import sys
from pathlib import Path
from sandbox.shell.subshell import make_variables, run_shell
run, checkout = Path(sys.argv[1]), Path(sys.argv[2])
print("status", run_shell(make_variables(run, checkout, {"CLOUD": "here"}, "http://127.0.0.1:1"), run))
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """With one command in bin/."""
    (tmp_path / "checkout" / "bin").mkdir(parents=True)
    command = tmp_path / "checkout" / "bin" / "release"
    command.write_text("#!/bin/sh\necho released\n", encoding="ascii")
    command.chmod(0o755)
    return tmp_path / "checkout"


@pytest.mark.parametrize("shell", SHELLS)
def test_its_prompt_is_marked_and_its_commands_are_found(tmp_path: Path, checkout: Path, shell: str) -> None:
    """In the operator's own kind of shell; one that is no shell for people is replaced by sh. Ctrl-D ends it."""
    command = (sys.executable, "-c", START, str(tmp_path), str(checkout))
    variables = {"PATH": "/usr/bin:/bin", "SHELL": shell, "TERM": "dumb", "PYTHONPATH": str(Path(__file__).parents[3])}
    with Terminal(command, variables) as terminal:
        terminal.wait_for(PROMPT)
        terminal.type("release; echo $CLOUD-$HOME\n")
        terminal.wait_for("released")
        terminal.wait_for(f"here-{tmp_path}/home")
        terminal.wait_for(PROMPT)
        terminal.type("\x04")
        terminal.wait_for("status ")
        assert terminal.wait_for_end() == 0


def test_nothing_of_the_outside_gets_in(tmp_path: Path, checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither credentials nor what would lead a client to a real cloud."""
    foreign = (
        *("GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_OAUTH_ACCESS_TOKEN", "CLOUDSDK_CORE_PROJECT", "CLOUDSDK_CONFIG"),
        *("CA_ROOT_API_KEY", "SUPABASE_ACCESS_TOKEN", "API_SERVICE_URL", "TF_VAR_image", "HTTPS_PROXY", "AWS_PROFILE"),
    )
    for name in foreign:
        monkeypatch.setenv(name, "real")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    variables = make_variables(tmp_path, checkout, {}, "http://127.0.0.1:1")
    assert [name for name in foreign if name in variables] == []
    assert (variables["LC_ALL"], variables["HOME"]) == ("C.UTF-8", str(tmp_path / "home"))


def test_a_command_ends_with_its_own_status(tmp_path: Path, checkout: Path) -> None:
    """A signal counts as a shell counts it."""
    variables = make_variables(tmp_path, checkout, {}, "http://127.0.0.1:1")
    assert run_command("release && exit 75", variables, tmp_path) == 75
    assert run_command("kill -TERM $$", variables, tmp_path) == 143


def test_the_sandbox_command_says_that_its_sandbox_has_ended(tmp_path: Path, checkout: Path) -> None:
    """Nothing listens there any more."""
    variables = make_variables(tmp_path, checkout, {}, "http://127.0.0.1:1")
    done = subprocess.run(("sandbox", "status"), env=variables, capture_output=True, text=True, check=False)
    expected = "sandbox: it has ended: leave this shell, and start another by make sandbox\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", expected)
