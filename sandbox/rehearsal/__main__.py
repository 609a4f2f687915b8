"""Rehearses a month of an environment and writes the report: `python -m sandbox.rehearsal prod --days 31`."""

from __future__ import annotations

import argparse
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from operations.pages.calendar import LEGEND
from runtime.config.catalog import Catalog, load_catalog
from sandbox.rehearsal.board import Row, format_duration, make_rows
from sandbox.rehearsal.findings import Findings
from sandbox.rehearsal.mishaps import MEANINGS, Mishaps
from sandbox.rehearsal.period import Period
from sandbox.rehearsal.wording import count, judge
from sandbox.terraform.command import run_with_terraform
from sandbox.terraform_provider.installation import CHECKOUT

KINDS = "\n".join(f"  {kind:8} {meaning}" for kind, meaning in MEANINGS.items())
FAULTS = f"""FAULTS, comma-separated:
  KIND@DAY, KIND@FIRST-LAST, KIND@DAY/JOB    that kind on these days, for every job or for one; days count from 1
  SEED:RATE                                  drawn: RATE (0 to 1) is the chance of each attempt and each delivery
Kinds:
{KINDS}
Examples: 7:0.1    down@12    lost@3/alerts,paused@5-7/quota-reset
"""


def main() -> int:
    """0 if nothing would have alerted, or something was meant to; 1 if something did, or Terraform failed."""
    catalog = load_catalog()
    arguments = _parse(catalog)
    environment = catalog.environments[arguments.environment]
    # All that talks to Terraform and the stand-ins takes a second to load: a wrong command is refused before that.
    from sandbox.rehearsal.applied import apply_environment
    from sandbox.rehearsal.rehearse import rehearse
    from sandbox.rehearsal.report import write_report
    from sandbox.terraform.harness import TerraformError

    print(
        f"Applying {environment.name} to stand-ins, then firing its triggers of {arguments.period.days} days ...",
        flush=True,
    )
    with tempfile.TemporaryDirectory() as folder:
        try:
            state = apply_environment(environment, catalog, Path(folder))
        except TerraformError as error:
            print(error, file=sys.stderr)
            return 1
    findings = rehearse(environment, catalog, state, arguments.period, arguments.mishaps)
    _print_summary(findings)
    write_report(findings, arguments.report)
    print(judge(findings))
    print(f"\nReport: {arguments.report.resolve()}")
    return 1 if findings.alarms and not arguments.mishaps.text else 0


def _parse(catalog: Catalog) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make rehearse",
        usage=f"make rehearse ENV={{{','.join(catalog.environments)}}} [MONTH=2026-12] [DAYS=31] [FAULTS=7:0.1]",
        description=__doc__,
        epilog=FAULTS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("environment", nargs="?")
    parser.add_argument("--month", default=Period.name_next_month(datetime.now(UTC)), help="default: %(default)s")
    parser.add_argument("--days", type=int, help="so many days from the 1st on; default: the whole month")
    parser.add_argument("--faults", default="", metavar="FAULTS", help="what goes wrong, see below")
    parser.add_argument("--report", type=Path, help="default: work/rehearsal-ENV-MONTH.html")
    arguments = parser.parse_args()
    if arguments.environment is None:
        parser.error("which environment? make rehearse ENV=stage")
    catalog.environment(arguments.environment)
    jobs = [job.name for job in catalog.jobs if job.cron]
    try:
        arguments.period = Period.of_month(arguments.month, arguments.days)
        arguments.mishaps = Mishaps.parse(arguments.faults, jobs)
    except ValueError as error:
        parser.error(str(error))
    name = f"rehearsal-{arguments.environment}-{arguments.month}.html"
    arguments.report = arguments.report or CHECKOUT / "work" / name
    return arguments


def _print_summary(findings: Findings) -> None:
    width = max(map(len, findings.ticks))
    for row in make_rows(findings):
        print(f"{row.job.ljust(width)}  {_format(row)}")
    for alarm in findings.alarms:
        print(f"{alarm.when:%Y-%m-%d %H:%M}  {alarm.severity}  {alarm.name}")


def _format(row: Row) -> str:
    counted = ", ".join(f"{number} {LEGEND[kind][1]}" for kind, number in row.tally.items() if number)
    parts = [f"{count(row.runs, 'run')}: {counted}" if counted else "no runs"]
    parts += [f"longest {format_duration(row.longest)}"] if row.runs else []
    parts += [count(row.alarms, "alert")] if row.alarms else []
    return "; ".join(parts)


if __name__ == "__main__":
    sys.exit(run_with_terraform("rehearse", main))
