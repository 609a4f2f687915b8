"""If anything is wrong with the tree, make ends in one line that says where."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ENTRY = Path(__file__).parents[2] / "sandbox" / "entry.py"


@pytest.mark.parametrize(
    ("text", "output"),
    [
        ("def broken(:\n", "{file}:1: invalid syntax"),
        ("import no_such_module\n", "{file}:1: ModuleNotFoundError: No module named 'no_such_module'"),
        ("x = 1\nraise RuntimeError('no server\\nat all')\n", "{file}:2: RuntimeError: no server"),
        ("raise KeyboardInterrupt\n", ""),
    ],
)
def test_a_broken_module_is_one_line(tmp_path: Path, text: str, output: str) -> None:
    file = tmp_path / "broken.py"
    file.write_text(text, encoding="utf-8")
    command = (
        sys.executable,
        "-c",
        f"import sys; sys.argv = ['', 'demo', 'broken']; exec(open({str(ENTRY)!r}).read())",
    )
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    expected = f"make demo: {output.format(file=file)}\n" if output else ""
    assert (done.returncode, done.stdout, done.stderr) == (1 if output else 130, "", expected)
