"""The shell inside a sandbox: the operator's own kind, with nothing of the operator's own credentials."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from sandbox.terraform_provider.installation import CHECKOUT

# Of the variables outside, only these are seen inside: no credentials, no projects, no proxies.
KEPT = (
    "COLORTERM",
    "COLUMNS",
    "EDITOR",
    "LANG",
    "LINES",
    "LOGNAME",
    "NO_COLOR",
    "PAGER",
    "SHELL",
    "TERM",
    "TZ",
    "USER",
)
MARK = "(sandbox)"
BASH = r"PS1='\[\e[1m\](sandbox)\[\e[0m\] \W \$ '" + "\n"
ZSH = "PROMPT='%B(sandbox)%b %1~ %# '\nunsetopt GLOBAL_RCS\n"
# An interactive shell ignores SIGTERM, so this is what ends it when the terminal is closed.
HANG_UP = signal.SIGHUP


def make_variables(run: Path, checkout: Path, cloud: Mapping[str, str], control_url: str) -> dict[str, str]:
    """The whole environment inside; `sandbox` and the commands of bin/ are on its PATH, its home is a new one."""
    home, programs = run / "home", run / "bin"
    for folder in (home, programs):
        folder.mkdir()
    client = ("env", f"PYTHONPATH={CHECKOUT}", sys.executable, "-P", "-m", "sandbox.shell.client")
    command = shlex.join((*client, control_url))
    (programs / "sandbox").write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
    (programs / "sandbox").chmod(0o755)
    (home / ".bashrc").write_text(BASH, encoding="utf-8")
    (home / ".zshrc").write_text(ZSH, encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if name in KEPT or name.startswith("LC_")}
    path = os.pathsep.join((str(programs), str(checkout / "bin"), os.environ.get("PATH", os.defpath)))
    marks = {"PATH": path, "HOME": str(home), "ZDOTDIR": str(home), "PS1": f"{MARK} $ ", "CLOUDACT_SANDBOX": str(run)}
    return {**kept, **marks, **cloud}


def run_shell(variables: Mapping[str, str], folder: Path) -> int:
    """An interactive shell of the operator's kind until it ends."""
    return _run(_choose_shell(variables), variables, folder)


def run_command(command: str, variables: Mapping[str, str], folder: Path) -> int:
    """One command line; its exit status."""
    return _run(("/bin/sh", "-c", command), variables, folder)


def _choose_shell(variables: Mapping[str, str]) -> tuple[str, ...]:
    shell = shutil.which(variables.get("SHELL", "")) or "/bin/sh"
    options: dict[str, tuple[str, ...]] = {
        "bash": ("--noprofile", "--rcfile", f"{variables['HOME']}/.bashrc", "-i"),
        "zsh": ("-i",),
    }
    name = Path(shell).name
    return (shell, *options[name]) if name in options else ("/bin/sh", "-i")


def _run(arguments: tuple[str, ...], variables: Mapping[str, str], folder: Path) -> int:
    """Ctrl-C is the business of what runs inside: a handler of this process is not inherited, unlike SIG_IGN."""
    before = signal.signal(signal.SIGINT, lambda _number, _frame: None)
    process = subprocess.Popen(tie_to_parent(arguments), cwd=folder, env=variables)
    try:
        status = process.wait()
    finally:
        if process.poll() is None:
            process.send_signal(HANG_UP)
        signal.signal(signal.SIGINT, before)
    return 128 - status if status < 0 else status


def tie_to_parent(arguments: tuple[str, ...], number: signal.Signals = HANG_UP) -> tuple[str, ...]:
    """The same command; if the system can do so, it gets the signal when this process is killed."""
    tie = shutil.which("setpriv")
    return (tie, "--pdeathsig", number.name.removeprefix("SIG"), "--", *arguments) if tie else arguments
