"""The same content becomes the same bytes, and nobody but root can change them."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import pytest

from image.stages.seal import compile_modules, harden, seal

EPOCH = 1_700_000_000


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(0o664, 0o644, id="a generous umask"),
        pytest.param(0o4755, 0o755, id="setuid"),
        pytest.param(0o2755, 0o755, id="setgid"),
        pytest.param(0o777, 0o755, id="a folder for everybody"),
        pytest.param(0o1777, 0o1777, id="a folder for temporary files"),
        pytest.param(0o640, 0o640, id="a secret of the base"),
    ],
)
def test_permissions(before: int, after: int) -> None:
    """No privileges, no writing by others."""
    assert harden(before) == after


def test_everything_gets_the_same_time(tmp_path: Path) -> None:
    """Links and folders too, and what a link points to is not touched."""
    outside = tmp_path / "outside"
    outside.touch()
    root = tmp_path / "root"
    (root / "folder").mkdir(parents=True)
    (root / "folder" / "file").touch()
    (root / "link").symlink_to(outside)
    seal(str(root), EPOCH)
    paths = (root, root / "folder", root / "folder" / "file", root / "link")
    assert [EPOCH] * 4 == [int(path.lstat().st_mtime) for path in paths]
    assert int(outside.stat().st_mtime) != EPOCH


def test_bytecode_is_unchecked_and_knows_its_place(tmp_path: Path) -> None:
    """PEP 552's flags 1; a traceback says where the module is in the image, not where it was compiled."""
    module = tmp_path / "app" / "x.py"
    module.parent.mkdir()
    module.write_text("def f(): pass\n", encoding="ascii")
    compile_modules(str(tmp_path), "/app")
    bytecode = Path(importlib.util.cache_from_source(str(module))).read_bytes()
    assert bytecode[4:8] == b"\x01\x00\x00\x00"
    assert b"/app/x.py" in bytecode
    assert os.fsencode(tmp_path) not in bytecode


def test_a_module_that_does_not_compile_stops_the_build(tmp_path: Path) -> None:
    """Rather than the job that needs it."""
    (tmp_path / "x.py").write_text("def", encoding="ascii")
    with pytest.raises(ValueError, match="does not compile"):
        compile_modules(str(tmp_path), "")
