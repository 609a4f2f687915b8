"""Color only for states, only on a terminal that wants it."""

from __future__ import annotations

import io

import pytest

from operations.terminal.color import paint, takes_color

TABLE = "alerts   failed     2026  OVERDUE; timeout\nmigrate  succeeded  the run failed here"


class Terminal(io.StringIO):
    """A screen."""

    def isatty(self) -> bool:
        """It is one."""
        return True


@pytest.mark.parametrize(
    ("variables", "takes"),
    [({"TERM": "xterm"}, True), ({"TERM": "dumb"}, False), ({"TERM": "xterm", "NO_COLOR": "1"}, False), ({}, False)],
)
def test_the_operator_decides(variables: dict[str, str], takes: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """https://no-color.org"""
    for name in ("TERM", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert (takes, False) == (takes_color(Terminal()), takes_color(io.StringIO()))


def test_states_are_colored_and_sentences_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the color the text is the same."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    screen = Terminal()
    paint(TABLE, screen)
    shown = screen.getvalue()
    assert ["failed", "OVERDUE"] == [part.partition("\x1b[0m")[0] for part in shown.split("\x1b[1;31m")[1:]]
    assert TABLE == shown.replace("\x1b[1;31m", "").replace("\x1b[0m", "").rstrip("\n")
