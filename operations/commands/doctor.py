"""bin/doctor: whether all is there that an environment's jobs and operators need, and what to do if it is not."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from operations.diagnosis.examination import examine
from operations.diagnosis.finding import Finding, Health
from operations.terminal.arguments import make_parser, parse
from operations.terminal.document import show_document
from operations.terminal.output import run_command, show
from operations.terminal.table import Column, find_width, render_table
from runtime.config.catalog import load_catalog
from runtime.config.environment import Environment
from runtime.process.clock import Clock
from runtime.process.errors import DONE, FAILED

DESCRIPTION = """\
Checks an environment's APIs, secrets, image, jobs, triggers and keys, and names the remedies.
It does not check the jobs' grants: bin/create-all-jobs ENV --plan shows those that are missing."""
EPILOG = "exit status: 0 all is well, 1 something is wrong; a check that you lack permission for (?) counts as neither"
COLUMNS = (Column(""), Column("CHECK"))
MARKS = {Health.WELL: "ok", Health.WRONG: "WRONG", Health.UNKNOWN: "?"}


def build_parser() -> argparse.ArgumentParser:
    """The command line."""
    return make_parser("doctor", DESCRIPTION, EPILOG)


def main(arguments: list[str] | None = None) -> int:
    """The command; its exit status is 0 if all is well, 1 if something is wrong, 2 for wrong usage."""
    choices = parse(build_parser(), arguments)
    return run_command("doctor", lambda: _perform(choices))


def _perform(choices: argparse.Namespace) -> int:
    catalog = load_catalog()
    environment = catalog.environment(choices.environment)
    findings = examine(catalog, environment, os.environ, Clock(), verbose=choices.verbose)
    if choices.json:
        jobs, checks = describe(findings)
        show_document(environment, jobs, checks=checks)
    else:
        show(render(environment, findings))
    return FAILED if any(finding.health is Health.WRONG for finding in findings) else DONE


def render(environment: Environment, findings: Sequence[Finding]) -> str:
    """One line a finding, its remedy below it, and a last line that sums up."""
    rows = [(MARKS[finding.health], finding.name) for finding in findings]
    notes = [finding.detail for finding in findings]
    remedies = [f"next: {finding.remedy}" if finding.remedy else "" for finding in findings]
    table = render_table(COLUMNS, rows, notes, find_width(), head_of_notes="FOUND", below=remedies)
    wrong = sum(finding.health is Health.WRONG for finding in findings)
    unknown = sum(finding.health is Health.UNKNOWN for finding in findings)
    verdict = f"{wrong} of {len(findings)} checks failed" if wrong else "all is well"
    return f"{table}\n{environment.name}: {verdict}" + (f"; {unknown} not checked" if unknown else "")


def describe(findings: Sequence[Finding]) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The same for programs: what is about one job, and the rest."""
    jobs, checks = [], []
    for finding in findings:
        kind, _, job = finding.name.rpartition(" ")
        found = {"health": finding.health.value, "found": finding.detail, "remedy": finding.remedy}
        if kind == "job":
            jobs.append({"job": job, **found})
        else:
            checks.append({"check": finding.name, **found})
    return jobs, checks


if __name__ == "__main__":
    sys.exit(main())
