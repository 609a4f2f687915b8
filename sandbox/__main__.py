"""make sandbox: a Google Cloud on this machine that stays up, and a shell in which every command of bin/ finds it."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from types import FrameType

from operations.terminal.output import say
from runtime.process.errors import ConfigurationError
from sandbox.shell.session import Session
from sandbox.shell.visit import Visit
from sandbox.terraform.command import run_with_terraform

INSIDE = "CLOUDACT_SANDBOX"


def main(session: Session | None = None) -> int:
    """The exit status of the command, 0 for a shell."""
    options = _parse()
    if INSIDE in os.environ:
        raise ConfigurationError("this is the sandbox already", "sandbox lists what it can do, Ctrl-D leaves it")
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    status = Visit(session or Session(), options.command, keep=options.keep).run()
    if options.command is not None and status:
        say(f"sandbox: {options.command} ended with exit status {status}")
    return status


def _leave(number: int, _frame: FrameType | None) -> None:
    """Lets everything that was started end."""
    sys.exit(128 + number)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make sandbox", usage='make sandbox [CMD="bin/release stage"] [KEEP=1]')
    parser.add_argument("--command", help="run this in the sandbox instead of a shell, and end with its status")
    parser.add_argument("--keep", action="store_true", help="keep the state, and go on with one that was kept")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(run_with_terraform("sandbox", main))
