"""A container registry's own protocol, as far as copying an image within it goes.

https://github.com/opencontainers/distribution-spec/blob/main/spec.md
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError
from urllib3.util import Retry

from operations.cloud.refusals import NotFound, PermissionMissing
from runtime.process.errors import JobError, TransientError, UnexpectedAnswer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from requests import PreparedRequest, Response

MANIFESTS = ("application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json")
CHUNK = 1 << 20
# To connect, and between two packets.
TIMEOUTS = (10.0, 60.0)
RETRIES = Retry(
    total=4,
    backoff_factor=0.5,
    status_forcelist=(429, 500, 502, 503, 504),
    allowed_methods=("GET", "HEAD"),
    raise_on_status=False,
)


@dataclass(frozen=True, slots=True)
class Manifest:
    """An image's list of parts: if you change a byte of it, you have another image."""

    media_type: str
    content: bytes

    @property
    def digest(self) -> str:
        """The image's."""
        return f"sha256:{sha256(self.content).hexdigest()}"


class Stream:
    """A body on its way from one place to another: requests takes its length from here, and so sends it unchunked."""

    def __init__(self, content: Response, size: int) -> None:
        self._content = content
        self._size = size

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[bytes]:
        return self._content.iter_content(CHUNK)

    def read(self, size: int = CHUNK) -> bytes:
        """The next part, empty at the end."""
        return bytes(self._content.raw.read(size))


class BearerToken(requests.auth.AuthBase):
    """Set this way, requests neither prefers what .netrc says nor follows a redirect elsewhere with it."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Adds the token."""
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class Registry:
    """Repositories are named without the host. Raises JobError's kinds only."""

    def __init__(self, address: str, token: str, retries: Retry = RETRIES) -> None:
        self._address = address
        self._http = requests.Session()
        self._http.auth = BearerToken(token)
        self._http.mount(address, HTTPAdapter(max_retries=retries))

    def read_manifest(self, repository: str, digest: str) -> Manifest:
        """The manifest of that digest, checked against it."""
        reply = self._ask(
            "GET", f"/v2/{repository}/manifests/{digest}", {200}, headers={"Accept": ", ".join(MANIFESTS)}
        )
        manifest = Manifest(reply.headers.get("Content-Type", ""), reply.content)
        if manifest.digest != digest or manifest.media_type not in MANIFESTS:
            raise UnexpectedAnswer(
                f"{repository}@{digest} is not an image for one platform, or is damaged", "build anew"
            )
        return manifest

    def write_manifest(self, repository: str, tag: str, manifest: Manifest) -> None:
        """Makes the parts, all there already, an image with a tag."""
        headers = {"Content-Type": manifest.media_type}
        self._ask("PUT", f"/v2/{repository}/manifests/{tag}", {201}, headers=headers, data=manifest.content)

    def read_blob(self, repository: str, digest: str) -> bytes:
        """A small part, such as an image's configuration."""
        return self._ask("GET", f"/v2/{repository}/blobs/{digest}", {200}).content

    def copy_blob(self, digest: str, size: int, source: str, target: str) -> None:
        """Copies a part unless it is there; within the registry if permitted, else through this machine."""
        if self._ask("HEAD", f"/v2/{target}/blobs/{digest}", {200, 404}).status_code == 200:
            return
        mount = f"/v2/{target}/blobs/uploads/?mount={digest}&from={source}"
        begun = self._ask("POST", mount, {201, 202})
        if begun.status_code == 201:
            return
        place = urljoin(self._address, begun.headers["Location"])
        place += f"{'&' if '?' in place else '?'}digest={digest}"
        with self._ask("GET", f"/v2/{source}/blobs/{digest}", {200}, stream=True) as content:
            # The registry refuses what does not have the digest.
            headers = {"Content-Type": "application/octet-stream"}
            self._ask("PUT", place, {201}, headers=headers, data=Stream(content, size))

    def _ask(self, method: str, path: str, expected: set[int], **options: object) -> Response:
        url = urljoin(self._address, path)
        try:
            reply = self._http.request(method, url, timeout=TIMEOUTS, **options)  # type: ignore[arg-type]
        except (requests.RequestException, HTTPError) as error:
            raise TransientError(f"{method} {url}: {error}", "check the network, then repeat") from error
        if reply.status_code in expected:
            return reply
        raise explain(reply, f"{method} {url} answered {reply.status_code}: {reply.text[:200]}")


def explain(reply: Response, problem: str) -> JobError:
    """The error for an answer that was not expected."""
    if reply.status_code in (401, 403):
        return PermissionMissing(
            problem, "it needs roles/artifactregistry.reader at the source, .writer at the destination"
        )
    if reply.status_code == 404:
        return NotFound(problem, "the image is gone: build it again")
    if reply.status_code == 429 or reply.status_code >= 500:
        return TransientError(problem, "repeat; what was copied is kept")
    return JobError(problem)
