"""What set-up does is seen while it happens, and only one make in a clone does it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tools import steps
from tools.steps import StepFailed, one_at_a_time, run_step

ROOT = Path(steps.__file__).resolve().parent.parent
SECOND = "import sys; from pathlib import Path; from tools.steps import one_at_a_time\n"
SECOND += "with one_at_a_time(Path(sys.argv[1])): print('in', flush=True)"


def test_a_step_is_a_line_with_its_time(capsys: pytest.CaptureFixture[str]) -> None:
    """What the command itself writes is of use only if it fails."""
    run_step("some packages", ["echo", "chatter"])
    line = capsys.readouterr().out
    assert line.startswith("setup: some packages ...")
    assert line.endswith(" s\n")
    assert "chatter" not in line


def test_a_long_step_shows_that_it_is_alive(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A dot after each interval, until it ends."""
    monkeypatch.setattr(steps, "DOT_SECONDS", 0.01)
    reader = "import sys; sys.stdin.read()"
    left: list[int] = [3]

    class Patient(subprocess.Popen[bytes]):
        def wait(self, timeout: float | None = None) -> int:
            if left[0]:
                left[0] -= 1
                raise subprocess.TimeoutExpired(reader, 0)
            return super().wait()

    monkeypatch.setattr(subprocess, "Popen", Patient)
    run_step("slow", [sys.executable, "-c", reader])
    assert capsys.readouterr().out.startswith("setup: slow ...... ")


def test_a_step_that_fails_ends_with_the_last_words_of_its_command() -> None:
    """They are the cause; the long beginning is not."""
    with pytest.raises(StepFailed) as caught:
        run_step("install", ["sh", "-c", "seq 100; echo no route to host >&2; exit 1"])
    first, *rest = str(caught.value).splitlines()
    assert first == "install failed:"
    assert rest[-2:] == ["  100", "  no route to host"]
    assert len(rest) == steps.CAUSE_LINES


def test_a_step_whose_command_is_missing_fails_likewise() -> None:
    """No traceback."""
    with pytest.raises(StepFailed, match=r"install failed:\n  .*No such file.*'/nowhere/pip'"):
        run_step("install", ["/nowhere/pip"])


def test_the_steps_after_a_failed_one_are_left_out(tmp_path: Path) -> None:
    """They would work on what is not there."""
    with pytest.raises(StepFailed):
        run_step("install", ["false"], ["touch", str(tmp_path / "made")])
    assert not (tmp_path / "made").exists()


def test_a_second_make_says_that_it_waits_and_then_goes_on(tmp_path: Path) -> None:
    """Two at once in one clone would each remove what the other has just installed."""
    file = tmp_path / "lock.txt"
    file.touch()
    command = [sys.executable, "-c", SECOND, str(file)]
    with one_at_a_time(file):
        second = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert second.stdout is not None
        assert second.stdout.readline() == "setup: another make is installing here; waiting until it has ended\n"
    assert second.communicate()[0] == "in\n"
