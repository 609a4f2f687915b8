"""Protected environments are changed after one exact word."""

from __future__ import annotations

import io

import pytest

from operations.terminal.confirmation import Declined, require_confirmation
from runtime.config.catalog import load_catalog

ENVIRONMENTS = load_catalog().environments


def test_an_unprotected_environment_asks_nothing() -> None:
    prompts = io.StringIO()
    require_confirmation(ENVIRONMENTS["stage"], "Apply", answers=io.StringIO(), prompts=prompts)
    assert prompts.getvalue() == ""


@pytest.mark.parametrize("answer", ["yes\n", "yes", " yes \r\n"])
def test_yes_goes_on(answer: str) -> None:
    """FR-SJ-001.5. The question names action, environment and project."""
    prompts = io.StringIO()
    require_confirmation(ENVIRONMENTS["prod"], "Apply", answers=io.StringIO(answer), prompts=prompts)
    assert prompts.getvalue() == 'Apply in prod (cloudact-prod)? Type "yes" to continue: \n'


@pytest.mark.parametrize("answer", ["", "\n", "no\n", "y\n", "Yes\n", "yes!\n", "\nyes\n", "yes yes\n"])
def test_anything_else_declines(answer: str) -> None:
    """NFR-SJ-002.4, with exit status 1."""
    with pytest.raises(Declined) as declined:
        require_confirmation(ENVIRONMENTS["prod"], "Apply", answers=io.StringIO(answer), prompts=io.StringIO())
    assert declined.value.exit_status == 1


class Terminal(io.StringIO):
    """Answers that are typed."""

    def isatty(self) -> bool:
        """It is one."""
        return True


@pytest.mark.parametrize(("typed", "ending"), [("no\n", "continue: "), ("", "continue: \n"), ("ye", "continue: \n")])
def test_what_follows_begins_on_a_line_of_its_own(typed: str, ending: str) -> None:
    """After Ctrl-D too: a terminal has shown the line break only if one was typed."""
    prompts = io.StringIO()
    with pytest.raises(Declined):
        require_confirmation(ENVIRONMENTS["prod"], "Apply", answers=Terminal(typed), prompts=prompts)
    assert prompts.getvalue().endswith(ending)


def test_no_standard_input_at_all_declines(monkeypatch: pytest.MonkeyPatch) -> None:
    """`bin/run-job prod alerts <&-`, as some schedulers start their children."""
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(Declined):
        require_confirmation(ENVIRONMENTS["prod"], "Apply", prompts=io.StringIO())
