"""Pages of Google's console, for the operator's browser."""

from __future__ import annotations

from importlib import import_module

from operations.terminal.output import say


def open_page(url: str) -> None:
    """Opens it, and tells the address: a machine without a screen has no browser."""
    say(f"  {url}")
    import_module("webbrowser").open(url)
