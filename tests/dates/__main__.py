"""Runs the tests as if it were another day: each of those that calculations with dates go wrong on."""

from __future__ import annotations

import calendar
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

SOURCE = Path(__file__).with_name("clock.c")


def list_moments(now: datetime) -> Iterator[datetime]:
    """In more than a year, on the next leap day, before the next turn of a year, and on the next first of a month."""
    yield now + timedelta(days=400)
    year = next(year for year in range(now.year + 1, now.year + 9) if calendar.isleap(year))
    yield datetime(year, 2, 29, 12, tzinfo=UTC)
    yield datetime(now.year, 12, 31, 23, 59, 50, tzinfo=UTC)
    yield datetime(now.year + now.month // 12, now.month % 12 + 1, 1, tzinfo=UTC)


def run_tests(moment: datetime, library: Path, arguments: list[str]) -> int:
    """pytest's exit status; its processes start at about the moment."""
    print(f"\ntest-dates: {moment:%A, %d %B %Y, %H:%M:%S} UTC, but for those marked todays_date", flush=True)
    seconds = int((moment - datetime.now(UTC)).total_seconds())
    moved = {"LD_PRELOAD": str(library), "MOVED_SECONDS": str(seconds)}
    command = [sys.executable, "-m", "pytest", "-p", "tests.dates.processes", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(command, env={**os.environ, **moved}, check=False).returncode


def main(arguments: list[str]) -> int:
    """0 if the tests pass on every day; `arguments` are pytest's."""
    with TemporaryDirectory() as folder:
        library = Path(folder, "clock.so")
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", str(library), str(SOURCE)], check=True)
        Path(folder).chmod(0o755)
        statuses = [run_tests(moment, library, arguments) for moment in list_moments(datetime.now(UTC))]
    return max(statuses)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
