"""The server of the bench as the measuring process sees it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import trustme

from bench.layout import CERTIFICATES

ROOT = Path(__file__).resolve().parent.parent
KEY = "0123456789abcdef0123456789abcdef"


class Service:
    """`url` is where it listens; `environment` is all that a job sees."""

    def __init__(self, process: subprocess.Popen[str], folder: Path, scheme: str) -> None:
        self._process = process
        self.url = f"{scheme}://localhost:{self._read().strip()}"
        self.environment = {
            "PATH": os.defpath,
            "LANG": "C.UTF-8",
            "GCP_PROJECT_ID": "cloudact-testing-1",
            "ENVIRONMENT": "stage",
            "CA_ROOT_API_KEY": KEY,
            "API_SERVICE_URL": self.url,
            "SSL_CERT_DIR": str(folder / "hashed"),
        }
        # A bundle is what the libraries read; the jobs look one authority up in the folder.
        self.bundle_environment = {**self.environment, "SSL_CERT_FILE": str(folder / "bundle.pem")}
        del self.bundle_environment["SSL_CERT_DIR"]

    def command(self, **settings: object) -> dict[str, Any]:
        """Sets what follows; returns what was seen before it (moments in ns of time.monotonic)."""
        print(json.dumps(settings), file=self._process.stdin, flush=True)
        seen: dict[str, Any] = json.loads(self._read())
        return seen

    def _read(self) -> str:
        return self._process.stdout.readline() if self._process.stdout else ""


@contextmanager
def serve(folder: Path, *, secure: bool = True) -> Iterator[Service]:
    """A service with its own certificate, below `folder`; or over plain HTTP."""
    make_certificates(folder)
    command = [sys.executable, "-m", "bench.server", str(folder / "server.pem") if secure else ""]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Service(process, folder, "https" if secure else "http")
        finally:
            process.communicate()


def make_certificates(folder: Path) -> None:
    """The system's CA certificates and one more, as a hashed folder and as a bundle."""
    authority = trustme.CA()
    server = authority.issue_cert("localhost")
    server.private_key_and_cert_chain_pem.write_to_path(str(folder / "server.pem"))
    hashed = folder / "hashed"
    hashed.mkdir()
    for entry in CERTIFICATES.glob("*.0"):
        (hashed / entry.name).symlink_to(entry.resolve())
    own = hashed / "own.pem"
    authority.cert_pem.write_to_path(str(own))
    hash_of = ["openssl", "x509", "-hash", "-noout", "-in", str(own)]
    name = subprocess.run(hash_of, check=True, capture_output=True, text=True).stdout.strip()
    (hashed / f"{name}.0").symlink_to(own)
    bundle = (CERTIFICATES / "ca-certificates.crt").read_bytes()
    (folder / "bundle.pem").write_bytes(bundle + own.read_bytes())
