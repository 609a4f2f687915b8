"""No document names a file, an anchor, a make target or a command that does not exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.catalog import JOBS, ROOT

DOCUMENTS = sorted(
    path
    for path in ROOT.rglob("*.md")
    if not any(part.startswith(".") or part == "work" for part in path.relative_to(ROOT).parts)
)
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
FENCES = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
# Made by a command, not committed.
MADE = {"sbom.cdx.json", "work/"}


def anchors_of(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", FENCES.sub("", path.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_link_leads_somewhere(document: Path) -> None:
    """To a file of this tree and, if it names one, a heading in it."""
    text = FENCES.sub("", document.read_text(encoding="utf-8"))
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", link):
            continue
        place, _, anchor = link.partition("#")
        target = (document.parent / place).resolve() if place else document
        assert target.exists(), link
        if anchor:
            assert anchor in anchors_of(target), link


def test_the_readmes_output_is_the_sandboxs() -> None:
    """docs/sandbox.md is compared with what a sandbox prints; the README shows some of its commands, each in whole."""
    printed = (ROOT / "docs" / "sandbox.md").read_text(encoding="utf-8")
    shown = [fence for fence in FENCES.findall((ROOT / "README.md").read_text(encoding="utf-8")) if "console" in fence]
    commands = re.split(r"^(?=\$ )", "".join(shown).removesuffix("```"), flags=re.MULTILINE)[1:]
    assert ([], True) == ([each for each in commands if each not in printed], bool(commands))


def test_the_readme_is_read_in_three_minutes() -> None:
    """At most 700 words, tables and examples included; a ninth job may have some more."""
    assert len((ROOT / "README.md").read_text(encoding="utf-8").split()) <= 700 + 20 * (len(JOBS) - 8)


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_command_exists(document: Path) -> None:
    """`make TARGET` and `bin/COMMAND`, in the text as in its examples."""
    text = document.read_text(encoding="utf-8")
    for target in re.findall(r"(?:^|[`$ ])make ([a-z][a-z-]*)\b(?=[^\n]*`|\s|$)", "\n".join(commands_of(text))):
        assert target in TARGETS, f"make {target}"
    for command in re.findall(r"\bbin/([a-z][a-z-]*)", text):
        assert (ROOT / "bin" / command).exists() or command == "python", f"bin/{command}"


def commands_of(text: str) -> list[str]:
    """What stands in backticks or in a fence."""
    return re.findall(r"`([^`\n]+)`", text) + [line for fence in FENCES.findall(text) for line in fence.splitlines()]


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_path_in_backticks_exists(document: Path) -> None:
    """A path with a folder, from the top of the tree or from the document's own folder."""
    text = FENCES.sub("", document.read_text(encoding="utf-8"))
    for path in re.findall(r"`([a-z_][\w.-]*/[\w./{},-]*)`", text):
        if path in MADE or "{" in path or path.split("/")[0] not in {entry.name for entry in ROOT.iterdir()}:
            continue
        assert (ROOT / path).exists() or (document.parent / path).exists(), path
