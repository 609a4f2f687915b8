"""A package index on loopback, with wheels made up for it, and environments with the pip that fell for it."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import distribution, version
from pathlib import Path
from threading import Thread
from typing import Any


class Index:
    """What a folder has, as PEP 503 wants it: a page of links for each package."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.requests: list[str] = []
        self.url = ""

    def add(self, name: str, release: str, *needs: str) -> str:
        """Publishes a release; its line for a lock. A need of an extra is written `NAME; extra == "EXTRA"`."""
        extras = {need.split('"')[1] for need in needs if "extra ==" in need}
        lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {release}"]
        lines += [f"Requires-Dist: {need}" for need in needs] + [f"Provides-Extra: {extra}" for extra in extras]
        return self._publish(name, release, {f"{name}-{release}.dist-info/METADATA": "\n".join(lines)})

    def add_uv(self) -> str:
        """Publishes the uv of this environment, by a script that starts it; its line for a lock."""
        release = version("uv")
        script = f'#!/bin/sh\nexec {Path(sys.executable).with_name("uv")} "$@"\n'
        about = f"Metadata-Version: 2.1\nName: uv\nVersion: {release}"
        files = {f"uv-{release}.data/scripts/uv": script, f"uv-{release}.dist-info/METADATA": about}
        return self._publish("uv", release, files)

    def _publish(self, name: str, release: str, contents: dict[str, str]) -> str:
        wheel = self.folder / "simple" / name / f"{name}-{release}-py3-none-any.whl"
        wheel.parent.mkdir(parents=True, exist_ok=True)
        about = f"{name}-{release}.dist-info"
        contents[f"{about}/WHEEL"] = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        record = "".join(f"{path},,\n" for path in (*contents, f"{about}/RECORD"))
        with zipfile.ZipFile(wheel, "w") as archive:
            for path, content in (contents | {f"{about}/RECORD": record}).items():
                member = zipfile.ZipInfo(path)
                member.external_attr = (0o100755 if "/scripts/" in path else 0o100644) << 16
                archive.writestr(member, content)
        return f"{name}=={release} \\\n    --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


@contextmanager
def serve_index(folder: Path) -> Iterator[Index]:
    """An index without packages."""
    index = Index(folder)

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - the base class calls it so
            index.requests.append(self.path)

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        index.url = f"http://127.0.0.1:{server.server_port}/simple"
        yield index
        server.shutdown()


def make_old_environment(folder: Path) -> None:
    """A virtual environment with the pip of pyproject.toml, instead of the one that this Python brings."""
    subprocess.run([sys.executable, "-m", "venv", "--clear", "--without-pip", str(folder)], check=True)
    (target,) = folder.glob("lib/python*/site-packages")
    for name in ("pip", f"pip-{version('pip')}.dist-info"):
        (target / name).symlink_to(Path(str(distribution("pip").locate_file(name))))
