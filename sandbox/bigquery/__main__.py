"""Runs the stand-in as a process: prints its URL as one JSON line, serves until it is stopped."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, timedelta

from sandbox.bigquery.server import PROJECTS, BigQuerySandbox
from sandbox.standalone import announce_and_wait


def main() -> None:
    """Serves until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.bigquery", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0, the default, takes a free one")
    parser.add_argument("--project", action="append", help="a project that exists (default: both of CloudAct's)")
    parser.add_argument("--days", type=int, default=0, help="quota records for so many days back from today")
    parser.add_argument("--records", type=int, default=3, help="quota records a day")
    arguments = parser.parse_args()
    projects = arguments.project or PROJECTS
    bigquery = BigQuerySandbox(projects, port=arguments.port)
    today = datetime.now(UTC).date()
    for project in projects:
        bigquery.usage.create(project)
        bigquery.usage.add(project, {today - timedelta(n): arguments.records for n in range(arguments.days)})
    announce_and_wait(bigquery.http)


if __name__ == "__main__":
    main()
