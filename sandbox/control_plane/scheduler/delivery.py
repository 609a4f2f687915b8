"""A trigger's request, sent over HTTP with its account's token, as Cloud Scheduler sends it to Cloud Run."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable
from urllib.parse import urlsplit

from google.cloud import scheduler_v1
from google.rpc import code_pb2, status_pb2

from sandbox.control_plane.problems import STATUSES
from sandbox.control_plane.world.world import World

RUN_HOST = "run.googleapis.com"
CODES = dict(reversed(STATUSES.values()))


class Delivery:
    """Sends to the stand-in all requests meant for Cloud Run; there is no other host for a trigger to reach."""

    def __init__(self, world: World, issue_token: Callable[[str], str], url: str) -> None:
        self._world = world
        self._issue_token = issue_token
        self._address = urlsplit(url)

    def __call__(self, trigger: scheduler_v1.Job) -> status_pb2.Status:
        """OK for a 2xx answer, else the canonical code of what came back."""
        target = trigger.http_target
        uri = urlsplit(target.uri)
        if uri.hostname != RUN_HOST or uri.scheme != "https":
            return status_pb2.Status(code=code_pb2.NOT_FOUND, message=f"URL_UNREACHABLE: {target.uri}")
        account = target.oauth_token.service_account_email
        headers = {**target.headers, "content-type": "application/json", "user-agent": "Google-Cloud-Scheduler"}
        if account in self._world.accounts:
            headers["authorization"] = f"Bearer {self._issue_token(account)}"
        method = scheduler_v1.HttpMethod(target.http_method or scheduler_v1.HttpMethod.POST).name
        return self._send(method, uri.path, target.body, headers)

    def _send(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> status_pb2.Status:
        connection = http.client.HTTPConnection(self._address.netloc, timeout=180)
        try:
            connection.request(method, path, body, headers)
            reply = connection.getresponse()
            text = reply.read()
        except OSError as error:
            return status_pb2.Status(code=code_pb2.UNAVAILABLE, message=f"URL_UNREACHABLE: {error}")
        finally:
            connection.close()
        if reply.status < 300:
            return status_pb2.Status(code=code_pb2.OK)
        return status_pb2.Status(code=CODES.get(reply.status, code_pb2.UNAVAILABLE), message=_read_message(text))


def _read_message(text: bytes) -> str:
    try:
        return str(json.loads(text)["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return text.decode("utf-8", "replace")[:200]
