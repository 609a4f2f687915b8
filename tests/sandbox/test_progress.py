"""Nobody who starts a sandbox looks at a silent terminal, or at half a line."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from sandbox.progress import Progress


def test_a_step_is_a_line_with_its_seconds() -> None:
    lines: list[str] = []
    with Progress(lines.append) as progress:
        with progress.step("PostgreSQL"):
            pass
        progress.say("ready")
    assert re.fullmatch(r"  PostgreSQL +\d+\.\d s", lines[0])
    assert lines[1:] == ["ready"]


def test_a_step_that_takes_long_gives_signs_of_life() -> None:
    """The one that began first is named, until it has ended."""
    lived = threading.Event()
    lines: list[str] = []

    def write(line: str) -> None:
        lines.append(line)
        if line.startswith("  ... Terraform: "):
            lived.set()

    with Progress(write, silence=0.0) as progress, progress.step("Terraform"):
        assert lived.wait(30)
    assert lines[-1].startswith("  Terraform ")


def test_a_step_that_fails_is_no_line() -> None:
    """Its error says it."""
    lines: list[str] = []
    with Progress(lines.append) as progress, pytest.raises(ZeroDivisionError), progress.step("Terraform"):
        raise ZeroDivisionError
    assert lines == []


def test_lines_of_steps_at_the_same_time_stay_whole() -> None:
    """Each is written before the next one begins."""
    writing: list[str] = []
    overlaps: list[str] = []

    def write(line: str) -> None:
        overlaps.extend(writing)
        writing.append(line)
        writing.remove(line)

    with Progress(write) as progress, ThreadPoolExecutor(8) as pool:
        for number in range(200):
            pool.submit(progress.say, str(number))
    assert overlaps == []
