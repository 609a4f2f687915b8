"""What Terraform is at, on a terminal, and what it warns of everywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from operations.terminal.activity import Activity
from operations.terraform.progress import Progress, list_warnings
from sandbox.terraform.estate import choose_image, fill_projects, image_of
from tests.sandbox.shell.terminal import Terminal
from tests.support.workplace import Workplace, install_terraform

ADDRESS = 'module.environment.module.jobs.google_cloud_run_v2_job.job["a b"]'


class Lines(Activity):
    """Keeps what it was told."""

    def __init__(self) -> None:
        super().__init__()
        self.last: tuple[str, int | None, int | None] = ("", None, None)

    def report(self, text: str, done: int | None = None, total: int | None = None) -> None:
        self.last = (text, done, total)


@pytest.mark.parametrize(
    ("line", "text", "done"),
    [
        (f"\x1b[0m\x1b[1m{ADDRESS}: Creating...\x1b[0m\n", 'google_cloud_run_v2_job.job["a b"]', 0),
        (f"{ADDRESS}: Creation complete after 3s [id=x]\n", 'google_cloud_run_v2_job.job["a b"]', 1),
        ("module.a.data.google_project.p: Modifications complete after 0s\n", "google_project.p", 1),
        ("a.b: Destruction complete after 1s\n", "a.b", 1),
    ],
)
def test_an_apply_tells_the_resource_and_how_many_are_done(line: str, text: str, done: int) -> None:
    Progress(told := Lines(), "terraform apply", 7).read(line)
    assert told.last == (f"terraform apply: {text}", done, 7)


def test_a_plan_tells_how_many_it_has_looked_at() -> None:
    progress = Progress(told := Lines(), "terraform plan")
    progress.read(f"{ADDRESS}: Refreshing state... [id=x]\n")
    progress.read("Terraform will perform: something else\n")
    assert told.last == ('terraform plan (1 looked at): google_cloud_run_v2_job.job["a b"]', 0, None)


def test_warnings_and_the_end_of_an_apply_are_kept() -> None:
    """Framed, as on a terminal, but without colors; the outputs that follow are listed by the command itself."""
    warning, end = "╷\n│ Warning: w\n╵\n", "Apply complete! Resources: 1 added.\n"
    output = f"a.b: Creating...\n\x1b[33m{warning}\x1b[0m{end}\nOutputs:\n\nx = 1\n"
    assert "".join(list_warnings(output)) == f"{warning}{end}\n"
    assert "".join(list_warnings("plan\n\nWarning: w\n\ntext\n")) == "Warning: w\n\ntext\n"


def test_a_terminal_sees_what_terraform_is_at(prepared: Workplace) -> None:
    fill_projects(prepared.world)
    choose_image(prepared.root("stage"), image_of("stage"))
    variables = {**prepared.environment, "TERM": "xterm", "COLUMNS": "120"}
    with Terminal((str(prepared.folder / "bin/create-all-jobs"), "stage"), variables) as terminal:
        terminal.wait_for("terraform plan")
        terminal.wait_for(r"\nPlan: ")
        terminal.wait_for("terraform apply")
        terminal.wait_for("Apply complete!")
        terminal.wait_for("Dashboard: ")
    assert "Refreshing state" not in terminal.shown


FAILING = """\
case "$1" in
  version) echo '{"terraform_version": "1.9.0"}' ;;
  plan) exit 2 ;;
  show) echo '{"resource_changes": [%s, %s]}' ;;
  apply)
    echo 'google_x.y["a"]: Creation complete after 1s'
    printf 'Error: one\\n\\n  on a line\\nError: two\\n' >&2
    exit 1 ;;
esac"""
CHANGE = '{"mode": "managed", "type": "google_x", "name": "y", "index": "%s", "change": {"actions": ["create"]}}'


def test_a_failed_apply_shows_the_error_whole_and_how_far_it_came(workplace: Workplace, tmp_path: Path) -> None:
    install_terraform(tmp_path, FAILING % (CHANGE % "a", CHANGE % "b"))
    workplace.environment["PATH"] = f"{tmp_path}:{workplace.environment['PATH']}"
    done = workplace.run("create-all-jobs", "stage")
    assert done.status == 1
    assert done.output.endswith("\n1 of 2 resources are done, the next run makes the rest.\n")
    assert done.errors.startswith("Error: one\n\n  on a line\nError: two\ncreate-all-jobs: terraform apply failed")
