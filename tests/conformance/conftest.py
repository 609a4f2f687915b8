"""The stand-in over the example's world, and Google's clients for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from google.cloud import logging as cloud_logging
from google.cloud import run_v2, scheduler_v1, secretmanager_v1
from google.cloud.run_v2.services.executions.transports.rest import ExecutionsRestTransport
from google.cloud.run_v2.services.jobs.transports.rest import JobsRestTransport
from google.cloud.run_v2.services.tasks.transports.rest import TasksRestTransport
from google.cloud.scheduler_v1.services.cloud_scheduler.transports.rest import CloudSchedulerRestTransport
from google.cloud.secretmanager_v1.services.secret_manager_service.transports.rest import (
    SecretManagerServiceRestTransport,
)
from google.oauth2.credentials import Credentials

from sandbox.control_plane import ControlPlane
from sandbox.control_plane.example import OPERATOR, PROJECT, make_plane


class Clients:
    """Google's clients as one caller; each is given the stand-in's address in place of Google's."""

    def __init__(self, plane: ControlPlane, email: str) -> None:
        host = plane.url.removeprefix("http://")
        credentials: Any = Credentials(plane.identities.issue_token(email))  # type: ignore[no-untyped-call]
        options: Any = {"host": host, "credentials": credentials, "url_scheme": "http"}
        self.jobs = run_v2.JobsClient(transport=JobsRestTransport(**options))
        self.executions = run_v2.ExecutionsClient(transport=ExecutionsRestTransport(**options))
        self.tasks = run_v2.TasksClient(transport=TasksRestTransport(**options))
        self.triggers = scheduler_v1.CloudSchedulerClient(transport=CloudSchedulerRestTransport(**options))
        self.secrets = secretmanager_v1.SecretManagerServiceClient(
            transport=SecretManagerServiceRestTransport(**options)
        )
        make_client: Any = cloud_logging.Client
        self.logs = make_client(
            project=PROJECT, credentials=credentials, _use_grpc=False, client_options={"api_endpoint": plane.url}
        )

    def close(self) -> None:
        """Closes the connections."""
        for client in (self.jobs, self.executions, self.tasks, self.triggers, self.secrets):
            transport: Any = client.transport
            transport.close()
        self.logs._http.close()


@pytest.fixture
def plane() -> Iterator[ControlPlane]:
    """The example's world, in the machine's time."""
    with make_plane() as running:
        yield running


@pytest.fixture
def operator(plane: ControlPlane) -> Iterator[Clients]:
    """The clients of somebody who may do everything."""
    clients = Clients(plane, OPERATOR)
    yield clients
    clients.close()


@pytest.fixture
def stranger(plane: ControlPlane) -> Iterator[Clients]:
    """The clients of somebody who may do nothing."""
    clients = Clients(plane, "stranger@example.com")
    yield clients
    clients.close()
