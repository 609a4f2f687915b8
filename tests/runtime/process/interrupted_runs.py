"""Runs of a job that a signal meets at a chosen place, each in a fork of this process, which has imported everything.

Prints a list of [signal, exit status, output]. Arguments: `opcodes STEP`, or `lines COUNT`.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import threading
from collections.abc import Iterator
from types import CodeType, FrameType, ModuleType
from typing import Any

from runtime.config.catalog import ROOT
from runtime.context import Context
from runtime.process.outcome import Outcome
from runtime.run import main

JOB = "quota-reset"
VARIABLES = {
    "GCP_PROJECT_ID": "cloudact-prod",
    "CA_ROOT_API_KEY": "a-root-key-0123456789",
    "API_SERVICE_URL": "https://api.example",
}
LINES = 12
# What it says is open between the two lines of a step, and what to do then.
OPEN = "the result of a step is unknown"
REMEDY = "look at it first"
TRACED = (f"{ROOT}/runtime/", __file__)
TOOL = 4
SIGNALS = (signal.SIGTERM, signal.SIGINT)


def run(context: Context) -> Outcome:
    """A job whose main thread and whose second thread write lines at the same time."""
    counts = {"done": 0}
    context.progress.count = lambda: dict(counts)

    def write() -> None:
        for number in range(LINES):
            context.log.info("other", n=number)

    other = threading.Thread(target=write)
    other.start()
    for number in range(LINES):
        context.progress.declare(REMEDY, OPEN)
        context.log.info("begun", n=number)
        counts["done"] += 1
        context.progress.declare()
        context.log.info("ended", n=number)
    other.join()
    return Outcome("done", dict(counts))


class Opcodes:
    """Sends a signal before opcode number `at` that the main thread runs in the runtime's files or in this one."""

    def __init__(self, at: int, number: signal.Signals) -> None:
        self._left = at
        self._number = number

    def install(self) -> None:
        """From now on, in this thread."""
        if sys.version_info >= (3, 12):
            # There sys.settrace tells of opcodes only what began before it.
            main, events = threading.get_ident(), sys.monitoring.events
            sys.monitoring.use_tool_id(TOOL, "opcodes")

            def count(code: CodeType, _offset: int) -> object:
                if not code.co_filename.startswith(TRACED):
                    return sys.monitoring.DISABLE
                if threading.get_ident() == main:
                    self._count()
                return None

            sys.monitoring.register_callback(TOOL, events.INSTRUCTION, count)
            sys.monitoring.set_events(TOOL, events.INSTRUCTION)
        else:
            sys.settrace(self._trace)

    def _trace(self, frame: FrameType, event: str, _argument: object) -> Any:
        if not frame.f_code.co_filename.startswith(TRACED):
            return None
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        if event == "opcode":
            self._count()
        return self._trace

    def _count(self) -> None:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), self._number)


def start(tracer: Opcodes | None = None) -> tuple[int, int]:
    """The child's number and the end of the pipe that it writes to."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    try:
        os.dup2(writing, 1)
        os.environ.clear()
        os.environ.update(VARIABLES)
        job: Any = ModuleType(JOB)
        job.run = run
        sys.modules["runtime.jobs.daily.quota_reset"] = job
        if tracer is not None:
            tracer.install()
        main([JOB])
    finally:
        os._exit(99)


def finish(child: int, reading: int, read: bytes = b"") -> tuple[int, str]:
    """The child's exit status, and all that it wrote."""
    with open(reading, "rb", buffering=0) as output:
        while chunk := output.read(65536):
            read += chunk
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), read.decode()


def at_opcodes(step: int) -> Iterator[tuple[str, int, str]]:
    """A signal at every so many opcodes, until one comes too late."""
    at, status = 1, 143
    while status == 143:
        number = SIGNALS[at % 2]
        status, output = finish(*start(Opcodes(at, number)))
        yield number.name, status, output
        at += step


def after_lines(count: int) -> Iterator[tuple[str, int, str]]:
    """A signal from outside, so many times, whenever some of the run's output has arrived."""
    for _ in range(count):
        child, reading = start()
        number = random.choice(SIGNALS)
        read = b"".join(os.read(reading, 200) for _ in range(random.randrange(3 * LINES)))
        os.kill(child, number)
        yield number.name, *finish(child, reading, read)


if __name__ == "__main__":
    # As runtime/__main__.py does; the children inherit it.
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    results = at_opcodes(int(sys.argv[2])) if sys.argv[1] == "opcodes" else after_lines(int(sys.argv[2]))
    json.dump(list(results), sys.stdout)
