"""Terraform as a process of the operators' commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.workplace import Workplace, install_terraform

INTERRUPTED = """\
case "$1" in
  version) echo '{"terraform_version": "1.9.0"}' ;;
  *) kill -INT $PPID; echo "Error: operation canceled" >&2; echo kept > "$STATE"; exit 1 ;;
esac"""


KILLED = """\
case "$1" in
  version) echo '{"terraform_version": "1.9.0"}' ;;
  *) kill -KILL $$ ;;
esac"""


def test_a_terraform_that_was_killed_has_no_message_above(workplace: Workplace, tmp_path: Path) -> None:
    """Out of memory, say: it could not write one."""
    install_terraform(tmp_path, KILLED)
    workplace.environment["PATH"] = f"{tmp_path}:{workplace.environment['PATH']}"
    done = workplace.run("create-all-jobs", "stage", "--plan")
    killed = f"create-all-jobs: terraform init was killed in {workplace.root('stage')} - run it again\n"
    assert (1, killed) == (done.status, done.errors)


@pytest.mark.parametrize("option", ["--plan", "--prepare"])
def test_terraform_ends_in_its_own_time_after_ctrl_c(option: str, workplace: Workplace, tmp_path: Path) -> None:
    """Killed in the middle of an apply, it would lose what it made and leave its state locked."""
    install_terraform(tmp_path, INTERRUPTED)
    state = tmp_path / "state"
    workplace.environment.update({"STATE": str(state), "PATH": f"{tmp_path}:{workplace.environment['PATH']}"})
    done = workplace.run("create-all-jobs", "stage", option)
    output = "Error: operation canceled\n\ncreate-all-jobs: interrupted\n"
    assert (130, output, "kept\n") == (done.status, done.errors, state.read_text(encoding="utf-8"))
