"""Files that are removed when this process ends, in any way it ends."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Not in the checkout, nor in TMPDIR: PostgreSQL may run as another user, whom both may be closed to.
PLACES = Path("/var/tmp")
# `cat` returns when the process that holds the other end of its input has gone. PostgreSQL may still be writing.
KEEPER = """
cat >/dev/null
emptied=$1
shift
for attempt in 1 2 3 4 5 6 7 8 9 10; do
    rm -rf "$@" 2>/dev/null && break
    sleep 0.2
done
rmdir "$emptied" 2>/dev/null
"""


@contextmanager
def guard(folder: Path, *names: str) -> Iterator[None]:
    """Removes these files and folders in `folder` at the end, and `folder` itself if it is empty then."""
    paths = [str(folder / name) for name in names]
    keeper = subprocess.Popen(
        ("sh", "-c", KEEPER, "keeper", str(folder), *paths), stdin=subprocess.PIPE, start_new_session=True
    )
    try:
        yield
    finally:
        keeper.communicate()


@contextmanager
def open_folder(prefix: str) -> Iterator[Path]:
    """A new folder that everybody may look into."""
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=PLACES))
    folder.chmod(0o755)
    (folder / "run").mkdir()
    with guard(folder, "run"):
        yield folder / "run"
