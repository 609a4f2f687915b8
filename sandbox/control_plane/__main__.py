"""Runs the stand-in as a process: python -m sandbox.control_plane --world STATE.json ..."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from sandbox.control_plane import ControlPlane, ProcessRunner, Program, World
from sandbox.control_plane.world.applied import add_applied
from sandbox.control_plane.world.world import load_surroundings
from sandbox.standalone import announce_and_wait

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Serves, in the machine's time; prints its address (one for all APIs) as one line of JSON."""
    options = _parse_arguments()
    world = World(created=datetime.now(UTC))
    for path in options.world:
        add_applied(world, json.loads(path.read_text(encoding="utf-8")))
    for path in options.surroundings:
        load_surroundings(world, path)
    program = Program((sys.executable, "-m", "runtime"), ROOT)
    programs = dict.fromkeys({image.name for image in world.images}, program)
    runner = ProcessRunner(programs, dict(setting.split("=", 1) for setting in options.network))
    with ControlPlane(world, runner, port=options.port) as plane:
        if options.key_file:
            email, project = options.key_for
            options.key_file.touch(mode=0o600)
            options.key_file.write_text(json.dumps(plane.key_for(email, project)), encoding="utf-8")
        announce_and_wait(plane.server)


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.control_plane", description=__doc__)
    parser.add_argument("--world", type=Path, action="append", required=True, help="`terraform show -json`; repeatable")
    parser.add_argument("--surroundings", type=Path, action="append", default=[], help="secrets, images, grants")
    parser.add_argument("--network", action="append", default=[], metavar="NAME=VALUE", help="set in every container")
    parser.add_argument("--key-file", type=Path, help="write a service-account key here")
    parser.add_argument("--key-for", nargs=2, metavar=("EMAIL", "PROJECT"), help="whose key it is")
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    if bool(options.key_file) != bool(options.key_for):
        parser.error("--key-file and --key-for go together")
    return options


if __name__ == "__main__":
    main()
