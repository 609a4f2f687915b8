"""Is an image fit to run? `docker run -i --entrypoint python IMAGE -I -S - < image/self_check.py` tells."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from importlib import import_module
from importlib.util import cache_from_source
from pathlib import Path

APP = Path("/app")
START = (sys.executable, "-I", "-S", f"{APP}/__main__.py")
LIBRARY = Path(sysconfig.get_path("stdlib"))


def find_problems() -> Iterator[str]:
    """One line each."""
    if os.getuid() == 0:
        yield "it runs as root"
    for job in json.loads((APP / "jobs.json").read_bytes())["jobs"]:
        yield from try_help(job["name"])
    sys.path += [str(APP), str(LIBRARY / "site-packages")]
    for module in list_modules():
        yield from try_import(module)
    yield from try_clients()
    yield from find_uncompiled(APP)
    yield from find_uncompiled(LIBRARY)


def try_help(job: str) -> Iterator[str]:
    """The job is known, and its start works."""
    done = subprocess.run((*START, job, "--help"), capture_output=True, text=True, check=False)
    if (done.returncode, done.stderr) != (0, "") or not done.stdout.startswith(f"usage: python -m runtime {job} "):
        yield f"{job} --help: exit status {done.returncode}: {done.stderr or done.stdout!r}"


def list_modules() -> list[str]:
    """Every module of the runtime, but the one that is a program."""
    files = (path.relative_to(APP).with_suffix("") for path in (APP / "runtime").rglob("*.py"))
    return sorted(".".join(path.parts) for path in files if path.name not in ("__main__", "__init__"))


def try_import(name: str) -> Iterator[str]:
    """Everything that a module needs when it is imported is there."""
    try:
        import_module(name)
    except Exception as error:  # noqa: BLE001 - any error is the answer
        yield f"import {name}: {error!r}"


def try_clients() -> Iterator[str]:
    """Both of Google's clients can be made, without the extension of grpcio."""
    try:
        anonymous = import_module("google.auth.credentials").AnonymousCredentials()
        secrets = import_module("google.cloud.secretmanager").SecretManagerServiceClient
        secrets(transport=secrets.get_transport_class("rest")(credentials=anonymous))
        import_module("google.cloud.bigquery").Client("cloudact-testing-1", anonymous)
    except Exception as error:  # noqa: BLE001 - likewise
        yield f"Google's clients: {error!r}"


def find_uncompiled(folder: Path) -> Iterator[str]:
    """Modules without bytecode: each would be compiled at every start."""
    missing = [str(path) for path in folder.rglob("*.py") if not Path(cache_from_source(str(path))).exists()]
    if missing:
        yield f"{len(missing)} modules have no bytecode, such as {missing[0]}"


def main() -> int:
    """0 for a fit image."""
    problems = list(find_problems())
    print("\n".join(problems) or f"the image is fit: {len(list_modules())} modules, Python {sys.version.split()[0]}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
