"""Ordinary mistakes with `make demo`, `make plan` and `make rehearse` end in one line, never in a traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.terraform_provider.installation import CHECKOUT

DEMO, PLAN, REHEARSE = "sandbox.demo", "sandbox.terraform", "sandbox.rehearsal"


@pytest.mark.parametrize(
    ("command", "name"),
    [((DEMO,), "demo"), ((PLAN, "stage"), "plan"), ((REHEARSE, "prod"), "rehearse")],
)
def test_without_terraform_they_name_what_is_needed(tmp_path: Path, command: tuple[str, ...], name: str) -> None:
    """Before anything is started."""
    variables = {**os.environ, "PATH": str(tmp_path)}
    done = subprocess.run(
        (sys.executable, "-m", *command), cwd=CHECKOUT, env=variables, capture_output=True, text=True, check=False
    )
    assert (1, "", 1) == (done.returncode, done.stdout, done.stderr.count("\n"))
    assert done.stderr.startswith(f"make {name}: Terraform 1.9 or newer is needed; there is none on the PATH")


@pytest.mark.parametrize(
    ("command", "output"),
    [
        ((PLAN,), "which environment? make plan ENV=stage"),
        ((PLAN, "local"), "'local' is not an environment: the jobs run on Cloud Run only"),
        ((REHEARSE,), "which environment? make rehearse ENV=stage"),
        ((REHEARSE, "local"), "'local' is not an environment: the jobs run on Cloud Run only"),
    ],
)
def test_an_environment_that_is_missing_or_none_is_explained(command: tuple[str, ...], output: str) -> None:
    """As a newcomer types it, to make; `local` with the reason, as in bin/."""
    done = subprocess.run((sys.executable, "-m", *command), cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert (2, "", True) == (done.returncode, done.stdout, output in done.stderr)


def test_ctrl_c_ends_them_with_one_line() -> None:
    """Terraform, which gets it too, is at work."""
    process = subprocess.Popen(
        (sys.executable, "-m", REHEARSE, "prod"),
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith("Applying prod to stand-ins")
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate()
    assert errors == "\nmake rehearse: interrupted\n"
    # A shell says 130 for both. Python ends by the signal itself if that came while an extension was being imported.
    assert process.returncode in (130, -signal.SIGINT)
