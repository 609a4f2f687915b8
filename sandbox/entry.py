"""Where the commands of make begin: python -m sandbox.entry NAME MODULE [arguments].

If anything is wrong with the tree, the command ends in one line that says where. Standard library only, and nothing of
the tree is imported before it is guarded.
"""

from __future__ import annotations

import runpy
import sys
import traceback


def main(name: str, module: str) -> None:
    """Becomes the module, as `python -m` does."""
    del sys.argv[1:3]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:  # noqa: BLE001 - the tree may be broken in any way
        print(f"make {name}: {describe(error)}", file=sys.stderr)
        sys.exit(1)


def describe(error: Exception) -> str:
    """What is wrong and where, in one line."""
    if isinstance(error, SyntaxError):
        return f"{error.filename}:{error.lineno}: {error.msg}"
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "/lib/python" not in frame.filename]
    place = f"{frames[-1].filename}:{frames[-1].lineno}: " if frames else ""
    lines = str(error).strip().splitlines()
    return f"{place}{type(error).__name__}: {lines[0] if lines else 'without a word'}"


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
