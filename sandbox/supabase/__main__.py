"""Runs the stand-in as a process: python -m sandbox.supabase --state FOLDER."""

from __future__ import annotations

import argparse
import json
import signal
from pathlib import Path

from sandbox.postgres import Cluster
from sandbox.supabase.service import REF, Supabase


def main() -> None:
    """Prints one JSON line with address, token and refs once it answers; runs until SIGINT or SIGTERM."""
    options = _parse_options()
    stopping = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, stopping)
    with (
        Cluster(options.state) as cluster,
        Supabase(cluster, options.ref or [REF], port=options.port) as supabase,
    ):
        started = {
            "url": supabase.url,
            "token": supabase.token,
            "refs": list(supabase.projects),
        }
        print(json.dumps(started), flush=True)
        signal.sigwait(stopping)


def _parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.supabase", description=main.__doc__)
    parser.add_argument("--state", type=Path, help="where the databases are kept (default: nowhere)")
    parser.add_argument("--port", type=int, default=0, help="default: a free one")
    parser.add_argument("--ref", action="append", help="a project's ref; may be repeated")
    return parser.parse_args()


if __name__ == "__main__":
    main()
