"""bin/doctor: whether all is there that an environment's jobs and operators need, and what to do if it is not."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence

from operations.diagnosis.examination import examine
from operations.diagnosis.finding import Finding, Health
from operations.inventory.table import align
from operations.terminal.output import run_command
from operations.terminal.printable import escape
from runtime.config.catalog import load_catalog
from runtime.config.environment import Environment
from runtime.process.clock import Clock
from runtime.process.errors import DONE, FAILED

MARKS = {Health.WELL: "ok", Health.WRONG: "WRONG", Health.UNKNOWN: "?"}


def main(arguments: list[str] | None = None) -> int:
    """The command; its exit status is 0 if all is well, 1 if something is wrong, 2 for wrong usage."""
    parser = argparse.ArgumentParser(
        prog="bin/doctor",
        description="Checks an environment's APIs, secrets, image, jobs, triggers and keys, and names the remedies. "
        "The jobs' grants it does not check: bin/create-all-jobs ENV --plan shows those that are missing.",
        epilog="exit status: 0 all is well, 1 something is wrong; what you may not look at (?) counts as neither",
        allow_abbrev=False,
    )
    parser.add_argument("environment", metavar="ENV", help="test, stage or prod")
    parser.add_argument("--json", action="store_true", help="as one JSON document")
    parser.add_argument("--verbose", action="store_true", help="this command's requests too")
    choices = parser.parse_args(arguments)
    return run_command("doctor", lambda: _perform(choices))


def _perform(choices: argparse.Namespace) -> int:
    catalog = load_catalog()
    environment = catalog.environment(choices.environment)
    findings = examine(catalog, environment, os.environ, Clock(), verbose=choices.verbose)
    print(describe(environment, findings) if choices.json else render(environment, findings))
    return FAILED if any(finding.health is Health.WRONG for finding in findings) else DONE


def render(environment: Environment, findings: Sequence[Finding]) -> str:
    """One line a finding, its remedy below it, and a last line that sums up."""
    rows = [(MARKS[finding.health], finding.name, finding.said) for finding in findings]
    lines = []
    for line, finding in zip(align(("", "CHECK", "FOUND"), rows).split("\n"), (None, *findings), strict=True):
        lines.append(line)
        if finding and finding.remedy:
            lines.append(f"       next: {escape(finding.remedy)}")
    wrong = sum(finding.health is Health.WRONG for finding in findings)
    unknown = sum(finding.health is Health.UNKNOWN for finding in findings)
    verdict = f"{wrong} of {len(findings)} checks failed" if wrong else "all is well"
    return "\n".join([*lines, f"{environment.name}: {verdict}" + (f"; {unknown} not checked" if unknown else "")])


def describe(environment: Environment, findings: Sequence[Finding]) -> str:
    """The same for programs."""
    checks = [
        {"check": finding.name, "health": finding.health.value, "found": finding.said, "remedy": finding.remedy}
        for finding in findings
    ]
    document = {"environment": environment.name, "project": environment.project, "checks": checks}
    return json.dumps(document, indent=2)


if __name__ == "__main__":
    sys.exit(main())
