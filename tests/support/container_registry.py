"""A real container registry (Debian's docker-registry) on a free port, and small images to keep in it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import requests

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIGURATION = """\
version: 0.1
log: {{accesslog: {{disabled: true}}}}
storage: {{filesystem: {{rootdirectory: {folder}}}}}
http: {{addr: "127.0.0.1:0"}}
"""
LISTENING = re.compile(r"listening on (127\.0\.0\.1:[0-9]+)")


@dataclass(frozen=True, slots=True)
class ContainerRegistry:
    """A running registry; `url` has no slash at its end."""

    url: str
    folder: Path

    def push(self, repository: str, tag: str, labels: Mapping[str, str], *layers: bytes) -> str:
        """An image with those labels and layers; its digest."""
        configuration = json.dumps({"config": {"Labels": dict(labels)}}).encode()
        parts = [self._push_blob(repository, content) for content in (configuration, *layers)]
        manifest = {"schemaVersion": 2, "mediaType": MANIFEST, "config": parts[0], "layers": parts[1:]}
        headers = {"Content-Type": MANIFEST}
        url = f"{self.url}/v2/{repository}/manifests/{tag}"
        response = requests.put(url, data=json.dumps(manifest), headers=headers, timeout=10)
        response.raise_for_status()
        return response.headers["Docker-Content-Digest"]

    def find_digest(self, repository: str, reference: str) -> str | None:
        """What a tag or a digest means now."""
        url = f"{self.url}/v2/{repository}/manifests/{reference}"
        return requests.head(url, headers={"Accept": MANIFEST}, timeout=10).headers.get("Docker-Content-Digest")

    def _push_blob(self, repository: str, content: bytes) -> dict[str, Any]:
        begun = requests.post(f"{self.url}/v2/{repository}/blobs/uploads/", timeout=10)
        digest = f"sha256:{sha256(content).hexdigest()}"
        url = f"{begun.headers['Location']}&digest={digest}"
        requests.put(url, data=content, timeout=10).raise_for_status()
        kind = "application/vnd.oci.image.layer.v1.tar"
        return {"mediaType": kind, "digest": digest, "size": len(content)}


@contextmanager
def serve_registry(folder: Path) -> Iterator[ContainerRegistry]:
    """An empty registry that keeps its images below the folder, until the block ends."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    program = shutil.which("docker-registry", path=path)
    assert program, "docker-registry is missing: make setup"
    configuration = folder / "registry.yml"
    configuration.write_text(CONFIGURATION.format(folder=folder / "images"), encoding="ascii")
    process = subprocess.Popen((program, "serve", configuration), stderr=subprocess.PIPE, text=True)
    assert process.stderr
    with process.stderr as log:
        address = next(filter(None, map(LISTENING.search, log)))
        # Or the registry stops once the pipe is full.
        reader = threading.Thread(target=log.read)
        reader.start()
        try:
            yield ContainerRegistry(f"http://{address[1]}", folder / "images")
        finally:
            process.kill()
            process.wait()
            reader.join()
