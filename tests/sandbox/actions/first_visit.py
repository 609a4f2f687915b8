"""docs/sandbox.md as the sandbox itself writes it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from sandbox.actions.breakages import list_kinds
from sandbox.actions.dispatch import list_actions
from sandbox.table import align
from sandbox.terraform_provider.installation import CHECKOUT

FILE = CHECKOUT / "docs" / "sandbox.md"
README = CHECKOUT / "README.md"
# What is another at each visit: moments, lengths, ids, ports, signs of life. The longer patterns first.
PASSING = (
    (r"^\.\.\. .* still running\n", ""),
    (r"\d+ [dhms]( \d+ [hms])? (ahead of|behind)", "DISTANCE from"),
    (r"counts=\{[^}]*\}", "COUNTS"),
    (r"\d{4}-\d{2}-\d{2}T[\d:.Z]+", "MOMENT"),
    (r"\d{4}-\d{2}-\d{2}( \d{2}:\d{2}(:\d{2})?)?", "MOMENT"),
    (r"\d{2}:\d{2}:\d{2}", "TIME"),
    (r"127\.0\.0\.1:\d+", "ADDRESS"),
    (r"(?<=request )[0-9a-f-]+", "ID"),
    (r"(?<=-)[0-9a-z]{5}(?=[\s?]|$)", "ID"),
    (r"\b\d+(\.\d+)? ?s\b", "LENGTH"),
    (r"(?<=_ms=)\d+", "LENGTH"),
    (r"\b\d+(\.\d+)?/s\b", "RATE"),
    (r"(?<=wait_seconds=)[\d.]+", "LENGTH"),
    (r"day=\d+", "day=DAY"),
    (r" {2,}", "  "),
)


def normalize(text: str) -> str:
    """Without what passes: two visits that went the same way are the same text."""
    for pattern, word in PASSING:
        text = re.sub(pattern, word, text, flags=re.MULTILINE)
    return "\n".join(line.rstrip() for line in text.splitlines())


def write(document: str, answer: Callable[[str], str]) -> str:
    """The document with its generated parts anew; `answer` gives what a command writes."""
    document = _replace(document, "actions", ["```text", *(line.strip() for line in list_actions()), "```"])
    document = _replace(document, "faults", ["```text", *align(list_kinds(), indent=""), "```"])
    block = document.partition("<!-- visit -->")[2].partition("<!-- /visit -->")[0]
    typed = [line.removeprefix("$ ") for line in block.splitlines() if line.startswith("$ ")]
    return _replace(document, "visit", ["```console", *_tell(typed, answer), "```"])


def update_readme(readme: str, document: str) -> str:
    """README with the commands that it shows, each with its output as the document has it."""
    block = document.partition("<!-- visit -->\n```console\n")[2].partition("```")[0]
    outputs = {part.partition("\n")[0]: part for part in re.split(r"^(?=\$ )", block, flags=re.MULTILINE) if part}
    before, _, rest = readme.partition("```console\n")
    shown, _, after = rest.partition("```")
    return f"{before}```console\n{''.join(outputs[line] for line in shown.splitlines() if line in outputs)}```{after}"


def _tell(typed: list[str], answer: Callable[[str], str]) -> Iterator[str]:
    for command in typed:
        yield f"$ {command}"
        yield from (line.rstrip() for line in answer(command).splitlines())


def _replace(document: str, name: str, lines: list[str]) -> str:
    before, _, rest = document.partition(f"<!-- {name} -->\n")
    return (
        f"{before}<!-- {name} -->\n" + "\n".join(lines) + f"\n<!-- /{name} -->" + rest.partition(f"<!-- /{name} -->")[2]
    )
