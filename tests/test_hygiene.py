"""What a reviewer would look for in every file: its length, and tests that can fail."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.catalog import ROOT

MOST_LINES = 200
TESTS = sorted((ROOT / "tests").rglob("*.py"))
Function = ast.FunctionDef | ast.AsyncFunctionDef
# No function is called so.
ASSERTION = "assert"


@pytest.mark.parametrize("package", ["runtime", "operations", "sandbox"])
def test_no_file_is_long(package: str) -> None:
    """A file is one idea."""
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in (ROOT / package).rglob("*.py")}
    assert {str(path): length for path, length in lengths.items() if length > MOST_LINES} == {}


def test_every_test_asserts_something() -> None:
    """By itself or in a helper of the tests that it calls, known by its name."""
    functions = [(path, each) for path in TESTS for each in ast.walk(parse(path)) if isinstance(each, Function)]
    calls = [(path, each.name, list_called(each)) for path, each in functions]
    # The fuzzing targets are functions that assert, in a table.
    asserting = {ASSERTION, "raises", "warns", "fail", "TARGETS"}
    while more := {name for _, name, called in calls if called & asserting} - asserting:
        asserting |= more
    tests = [(path, name, called) for path, name, called in calls if name.startswith("test_")]
    assert len(tests) > len(TESTS)
    assert [f"{path}: {name}" for path, name, called in tests if not called & asserting] == []


def test_a_test_without_an_assertion_is_found() -> None:
    """What the check above looks for; a fixture's or a class's name counts as little as any other's."""
    text = "def test_a():\n    run()\n\ndef test_b():\n    assert run()\n\ndef test_c():\n    self.check(run())\n"
    found = [each for each in ast.walk(ast.parse(text)) if isinstance(each, Function)]
    assert [each.name for each in found if not list_called(each) & {ASSERTION, "check"}] == ["test_a"]


def test_a_possessive_repetition_of_a_group_works_in_every_python() -> None:
    """Before 3.11.5 it needs an alternative that never matches (CPython issue 106052); Debian 12 has 3.11.2."""
    found = [
        f"{path}: {line.strip()}"
        for path in (ROOT / "runtime").rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if (")*+" in line or ")++" in line) and "(?!)" not in line
    ]
    assert found == []


def list_called(function: Function) -> set[str]:
    """The names of what it calls, and ASSERTION if it asserts by itself."""
    nodes = list(ast.walk(function))
    called = {name_of(node.func) for node in nodes if isinstance(node, ast.Call)}
    return called | {ASSERTION for node in nodes if isinstance(node, ast.Assert)}


def name_of(called: ast.expr) -> str:
    if isinstance(called, ast.Subscript):
        return name_of(called.value)
    return called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))
