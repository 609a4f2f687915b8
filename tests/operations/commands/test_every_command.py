"""What holds for all commands of bin/."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from operations.commands.completion import build_parsers, complete
from operations.terminal.document import show_document
from runtime import VERSION
from tests.support.scripted_google import CATALOG, STAGE

BIN = Path(__file__).resolve().parents[3] / "bin"
COMMANDS = sorted(path.name for path in BIN.iterdir())
PARSERS = {parser.prog.removeprefix("bin/"): parser for parser in build_parsers(CATALOG)}


def test_every_command_can_be_completed() -> None:
    """But the one that makes the completion."""
    assert sorted({*PARSERS, "completion"}) == COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_tells_its_version(command: str) -> None:
    """To say in a report."""
    done = subprocess.run((BIN / command, "--version"), capture_output=True, text=True, check=True)
    assert f"bin/{command} {VERSION}\n" == done.stdout


@pytest.mark.parametrize("command", sorted(PARSERS))
def test_every_command_talks_to_programs(command: str) -> None:
    """By --json."""
    assert "--json" in PARSERS[command].format_help()


def test_a_document_has_its_environment_and_jobs_and_rounded_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    """One shape."""
    show_document(STAGE, [{"job": "alerts", "seconds": 12.34567, "counts": {"orgs": 3}}], more=[0.25])
    assert {
        "environment": "stage",
        "project": STAGE.project,
        "more": [0.2],
        "jobs": [{"job": "alerts", "seconds": 12.3, "counts": {"orgs": 3}}],
    } == json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["run-job", ""], set(CATALOG.environments)),
        (["run-job", "stage", "supa"], {"supabase-migrate"}),
        (["list-jobs", "stage", "quota-re"], {"quota-reset", "quota-reset-daily", "quota-reset-monthly"}),
        (["list-jobs", "--che"], {"--check"}),
        (["release", "prod", "--fr"], {"--from"}),
    ],
)
def test_bash_completes_environments_jobs_aliases_and_options(words: list[str], expected: set[str]) -> None:
    """As it does when a key is pressed."""
    name = words[0].replace("-", "_")
    script = f"""{complete("bash", CATALOG)}
COMP_WORDS=({" ".join(words[:-1])} "{words[-1]}"); COMP_CWORD={len(words) - 1}
_shtab_{name}; printf '%s\\n' "${{COMPREPLY[@]}}" """
    done = subprocess.run(("bash", "-c", script), capture_output=True, text=True, check=True)
    assert expected == {line.strip() for line in done.stdout.splitlines()}


def test_zsh_is_served_too() -> None:
    """One definition a command."""
    script = complete("zsh", CATALOG)
    assert sorted(PARSERS) == sorted(
        line.removeprefix("#compdef ") for line in script.splitlines() if "#compdef" in line
    )
