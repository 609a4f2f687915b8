"""Commands of bin/ in processes of their own, forked from one that has imported them: the start is most of their work.

The scripts in bin/ themselves run in tests/operations and in tests/sandbox.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from operations.entry import main
from tests.dates import NAMES as CLOCK
from tests.support.done import Done

WRITTEN = os.O_WRONLY | os.O_CREAT | os.O_APPEND
STREAMS = {"input": os.O_RDONLY, "output": WRITTEN, "errors": WRITTEN}


def run_command(command: Sequence[str], variables: Mapping[str, str], answer: str, seconds: float) -> Done:
    """Runs e.g. ("run-job", "stage", "alerts") to its end, with these environment variables and no others."""
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload(["tests.support.preloaded_commands"])
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "input").write_text(answer, encoding="utf-8")
        process = server.Process(target=_become, args=(list(command), dict(variables), folder))
        process.start()
        process.join(seconds)
        status = process.exitcode
        process.kill()
        output, errors = ((folder / stream).read_text(encoding="utf-8") for stream in ("output", "errors"))
    assert status is not None, f"{command!r} hangs\n{output}\n{errors}"
    return Done(status, output, errors)


def _become(command: list[str], variables: dict[str, str], folder: Path) -> None:
    """What the script does."""
    os.setsid()
    moved = {name: os.environ[name] for name in CLOCK if name in os.environ}
    os.environ.clear()
    os.environ.update(variables | moved)
    for number, (name, flags) in enumerate(STREAMS.items()):
        os.dup2(os.open(folder / name, flags), number)
    sys.stdin, sys.stdout, sys.stderr = (os.fdopen(number, mode, encoding="utf-8") for number, mode in enumerate("rww"))
    sys.argv = ["operations.entry", command[0].replace("-", "_"), *command[1:]]
    sys.exit(main())
