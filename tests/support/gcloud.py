"""`gcloud builds`, as far as bin/build-image goes: a program that refuses what the real one would refuse.

It keeps what it was asked in GCLOUD_FOLDER, and ends builds with the status that is in `status` there; if there is
a file `log_denied`, it refuses to show the log.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tarfile
from pathlib import Path

BUILD = "0a1b2c3d-1111-2222-3333-444455556666"
DIGEST = "sha256:" + "5" * 64


def parse(arguments: list[str]) -> argparse.Namespace:
    """Exit status 2 for an option that gcloud does not have, or that this use of it needs and lacks."""
    parser = argparse.ArgumentParser(prog="gcloud builds", allow_abbrev=False)
    verbs = parser.add_subparsers(dest="verb", required=True)
    wide = argparse.ArgumentParser(add_help=False)
    wide.add_argument("--project", required=True)
    wide.add_argument("--quiet", action="store_true", required=True)
    submit = verbs.add_parser("submit", parents=[wide], allow_abbrev=False)
    submit.add_argument("source")
    submit.add_argument("--config", required=True)
    submit.add_argument("--substitutions", required=True)
    submit.add_argument("--async", action="store_true", required=True)
    submit.add_argument("--format", choices=["value(id)"], required=True)
    log = verbs.add_parser("log", parents=[wide], allow_abbrev=False)
    log.add_argument("build", choices=[BUILD])
    log.add_argument("--stream", action="store_true", required=True)
    describe = verbs.add_parser("describe", parents=[wide], allow_abbrev=False)
    describe.add_argument("build", choices=[BUILD])
    describe.add_argument("--format", choices=["json"], required=True)
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """Exit status 1 if Google would refuse."""
    if arguments[:1] != ["builds"]:
        print(f"ERROR: (gcloud) Invalid choice: '{arguments[0]}'.", file=sys.stderr)
        return 2
    folder = Path(os.environ["GCLOUD_FOLDER"])
    status = (folder / "status").read_text(encoding="ascii")
    asked = parse(arguments[1:])
    if asked.verb == "submit":
        if status == "DENIED":
            print(
                "ERROR: (gcloud.builds.submit) PERMISSION_DENIED: The caller does not have permission", file=sys.stderr
            )
            return 1
        with tarfile.open(asked.source) as archive:
            files = sorted(archive.getnames())
        kept = {"files": files, "config": asked.config, "project": asked.project}
        substitutions = dict(pair.split("=", 1) for pair in asked.substitutions.split(","))
        account = os.environ.get("CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE")
        kept |= {"substitutions": substitutions, "account": account, "variables": sorted(os.environ)}
        (folder / "asked.json").write_text(json.dumps(kept), encoding="utf-8")
        print(BUILD)
    elif asked.verb == "log":
        if (folder / "log_denied").exists():
            print("ERROR: (gcloud.builds.log) 403: access to the logs bucket is denied", file=sys.stderr)
            return 1
        print("starting build\nDONE")
    else:
        images = [{"name": "x", "digest": DIGEST}] if status == "SUCCESS" else []
        told = {"id": BUILD, "status": status, "results": {"images": images}, "logUrl": "https://console.example/log"}
        print(json.dumps(told | ({"failureInfo": {"detail": "step self-check failed"}} if not images else {})))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
