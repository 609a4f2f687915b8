"""python -m tests.fuzz lists the targets; with TARGET SECONDS one is fuzzed, with TARGET FILE a finding is replayed."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

SEEDS = (
    b'{"status": "PARTIAL", "errors": ["x"], "tables_created": [], "columns_added": {}, "message": ""}',
    b'{"message": "Failed to run sql query: ERROR:  42P01: relation \\"x\\" does not exist\\nLINE 2: x\\n ^\\n"}',
    b"CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; END; DO $a$ BEGIN END $a$; COMMIT",
    b"CREATE FUNCTION f() RETURNS x BEGIN ATOMIC CREATE PROCEDURE g() BEGIN ATOMIC SELECT CASE a WHEN 1 END; END; END",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
)


def main() -> None:
    """Never returns from fuzzing: libFuzzer ends the process, with a status other than 0 for a finding."""
    name, *rest = sys.argv[1:] or [""]
    if rest and Path(rest[0]).is_file():
        load_targets()[name](Path(rest[0]).read_bytes())
        return
    if not rest:
        print("\n".join(load_targets()))
        return
    fuzz(name, int(rest[0]))


def fuzz(name: str, seconds: int) -> None:
    """Guided by coverage of runtime/, from a few good inputs; says where it left what it found."""
    atheris = import_module("atheris")
    with atheris.instrument_imports(include=["runtime"]):
        target = load_targets()[name]
    folder = Path(tempfile.mkdtemp(prefix=f"fuzz-{name}-"))
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, seed in enumerate(SEEDS):
        corpus.joinpath(f"seed-{number}").write_bytes(seed)
    print(f"fuzz: {name} for {seconds} s, findings in {folder}", flush=True)
    limits = [f"-max_total_time={seconds}", f"-artifact_prefix={folder}{os.sep}", "-max_len=4096", "-verbosity=0"]
    atheris.Setup([sys.argv[0], *limits, str(corpus)], target)
    atheris.Fuzz()


def load_targets() -> dict[str, Callable[[bytes], None]]:
    """Imported late: coverage guides only what is imported after instrumentation."""
    targets: dict[str, Callable[[bytes], None]] = import_module("tests.fuzz.targets").TARGETS
    return targets


if __name__ == "__main__":
    main()
