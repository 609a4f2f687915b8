"""The stand-in control plane for the operators' commands, as a process of the tests' environment: FOLDER."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from sandbox.control_plane.example import OPERATOR, PROJECT, make_plane


def main(folder: Path) -> None:
    """Writes a key and a token below the folder, prints the address, serves until standard input ends."""
    plane = make_plane()
    try:
        for name, content in (
            ("key.json", json.dumps(plane.key_for(OPERATOR, PROJECT))),
            ("token", plane.identities.issue_token(OPERATOR)),
        ):
            (folder / name).touch(mode=0o600)
            (folder / name).write_text(content)
        print(plane.server.url, flush=True)
        sys.stdin.read()
    finally:
        plane.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
