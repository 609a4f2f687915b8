"""Starts a Python module in the sandbox's time: time_shift.py FILE [-P] -m MODULE [arguments].

The file holds how many seconds the sandbox is ahead of this machine; without it they are equal. The program gets a
clock that is ahead, and nothing else: no variable, no option, no change of its code.
"""

from __future__ import annotations

import runpy
import sys
import time
from pathlib import Path


def read_shift(file: Path) -> float:
    """Seconds ahead of this machine."""
    try:
        return float(file.read_text(encoding="ascii"))
    except FileNotFoundError:
        return 0.0


def shift_clock(seconds: float) -> None:
    """Puts every Clock of this process so far ahead."""
    from runtime.process.clock import Clock

    def read_epoch(_clock: Clock) -> float:
        return time.time() + seconds

    type.__setattr__(Clock, "epoch", read_epoch)


def main(file: str, *command: str) -> None:
    """Becomes the module, as `python -m` does; with -P it does not look into the working directory.

    To be started with -P itself, or this folder would be searched for modules.
    """
    safe_path = command[0] == "-P"
    if not safe_path:
        sys.path.insert(0, "")
    flag, module, *arguments = command[safe_path:]
    if flag != "-m":
        raise SystemExit(f"the sandbox's python takes -m MODULE, not {flag}")
    if shift := read_shift(Path(file)):
        shift_clock(shift)
    sys.argv[1:] = arguments
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
