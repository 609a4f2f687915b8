"""Stage with all that its jobs talk to: admin API, PostgreSQL behind the Management API, BigQuery."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.control_plane.world.world import Binding
from sandbox.services import Services
from tests.support.done import Done
from tests.support.operators_cloud import CATALOG, OPERATOR, Cloud, open_cloud

STAGE = CATALOG.environments["stage"]


@dataclass(frozen=True, slots=True)
class WholePlatform:
    """Stage, and where its services are on this machine."""

    cloud: Cloud
    services: Services
    network: Mapping[str, str]

    def run(self, *command: str) -> Done:
        """Runs a command of bin/ that may call the services itself."""
        return self.cloud.run(*command, **self.network)


@contextmanager
def open_platform(folder: Path, state: Any) -> Iterator[WholePlatform]:
    """New services, their secrets in Secret Manager, and an operator who may read those."""
    with ExitStack() as stack:
        services = stack.enter_context(Services([STAGE]))
        network = {**services.variables(), "API_SERVICE_URL": services.api_of(STAGE).server.url}
        secrets = services.secrets_of(STAGE)
        cloud = stack.enter_context(open_cloud(folder, {"stage": state}, secrets, network))
        permit_secrets(cloud)
        yield WholePlatform(cloud, services, network)


def permit_secrets(cloud: Cloud) -> None:
    """Lets stage's operator read the values of secrets, which roles/editor does not."""
    operator = f"serviceAccount:{OPERATOR.format(project=STAGE.project)}"
    cloud.plane.world.bindings.add(Binding(f"projects/{STAGE.project}", "roles/secretmanager.secretAccessor", operator))
