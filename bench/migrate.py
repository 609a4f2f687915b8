"""migrate: one request besides those of the pending files, little CPU, and a lexer that is linear."""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path
from statistics import median

from bench.layout import lay_out
from bench.processes import run
from bench.stand_in import ENVIRONMENT, serve_stand_in
from bench.table import judge, render_table
from runtime.migration.check.inspection import Inspection, check_files
from runtime.migration.files import read_folder
from runtime.migration.plan import Plan

ROOT = Path(__file__).resolve().parent.parent
FILES = 2000
FILE_BYTES = 20_000
SIZES = (1, 2, 5, 10)
RUNS = 3
# Files that are added before each run.
ADDED = (20, 0, 5)


def measure() -> str:
    """The section of the report."""
    text = make_text()
    times = {size: min(time_inspection(text, size) for _ in range(RUNS)) for size in SIZES}
    rows = [[f"{size} MB", f"{seconds * 1000:.0f}", f"{seconds / size * 1000:.1f}"] for size, seconds in times.items()]
    report = render_table(("one file of", "CPU, ms", "ms per MB"), rows) + "\n"
    growth = times[SIZES[-1]] / SIZES[-1] / (times[SIZES[0]] / SIZES[0])
    report += judge("time per MB at 10 MB over that at 1 MB", growth, 1.25)
    planned, checked = measure_plan(text)
    report += judge(
        f"planning {FILES:,} files of {FILE_BYTES // 1000} kB, half of them applied, CPU", planned, 2.0, " s"
    )
    report += f"- of which the check of the {FILES // 2:,} pending ones: {checked:.2f} s\n"
    return report + "\n" + measure_requests()


def make_text() -> bytes:
    """The project's own migrations, one after the other."""
    return b"\n".join(path.read_bytes() for path in sorted((ROOT / "migrations").glob("*.sql")))


def repeat(text: bytes, size: int) -> bytes:
    """At least so many bytes, whole files only."""
    return b"\n".join([text] * (size // len(text) + 1))


def time_inspection(text: bytes, megabytes: int) -> float:
    """CPU seconds."""
    content = repeat(text, megabytes * 1_000_000)[: megabytes * 1_000_000]
    started = time.process_time()
    Inspection("01_big.sql", content)
    return time.process_time() - started


def measure_plan(text: bytes) -> tuple[float, float]:
    """CPU seconds of all of it, and of the check alone; medians."""
    with tempfile.TemporaryDirectory() as name:
        write_files(Path(name), text)
        runs = [time_plan(name) for _ in range(RUNS)]
    return median(whole for whole, _ in runs), median(check for _, check in runs)


def write_files(folder: Path, text: bytes) -> None:
    """Files of whole statements, each with its own comment."""
    content = repeat(text, FILE_BYTES)
    content = content[: content.rindex(b";", 0, FILE_BYTES) + 1]
    for number in range(FILES):
        (folder / f"{number:04}_file.sql").write_bytes(b"-- %d\n" % number + content)


def time_plan(folder: str) -> tuple[float, float]:
    """Reads, hashes, compares and checks."""
    applied = {file.name: file.checksum for file in read_folder(folder)[: FILES // 2]}
    started = time.process_time()
    files = read_folder(folder)
    pending = Plan(files, applied).pending
    checking = time.process_time()
    check_files(pending)
    ended = time.process_time()
    return ended - started, ended - checking


def measure_requests() -> str:
    """Of runs one after the other, against the stand-in over a real PostgreSQL."""
    rows, surplus = [], 0
    with tempfile.TemporaryDirectory() as name, serve_stand_in("supabase") as service:
        job, folder, applied = lay_out(Path(name) / "app"), Path(name) / "files", 0
        folder.mkdir()
        environment = {
            **ENVIRONMENT,
            "MIGRATIONS_DIR": str(folder),
            "SUPABASE_API_URL": service["url"],
            "SUPABASE_ACCESS_TOKEN": service["token"],
            "SUPABASE_PROJECT_REF": service["refs"][0],
        }
        for added in ADDED:
            for number in range(applied, applied + added):
                (folder / f"{number:04}_table.sql").write_text(f"CREATE TABLE public.t{number} (id int);")
            lines = run([*job, "migrate"], environment).output.splitlines()
            requests = sum(json.loads(line)["event"] == "request" for line in lines)
            rows.append([f"{applied}", f"{added}", f"{requests}"])
            # The first run creates the tracking table.
            surplus = max(surplus, requests - 1 - added - (applied == 0))
            applied += added
    text = render_table(("applied", "pending", "requests"), rows) + "\n"
    return text + judge("requests beyond 1 and those of the pending files (the first run has 1 more)", surplus, 0)
