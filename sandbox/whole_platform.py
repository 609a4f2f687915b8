"""Stage with all that its jobs talk to: admin API, PostgreSQL behind the Management API, BigQuery."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sandbox.cloud import CATALOG, OPERATOR, Cloud, Done, open_cloud
from sandbox.control_plane.world.world import Binding
from sandbox.services import Services

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
    # PostgreSQL runs as another user, whom a test's own folder is closed to.
    with TemporaryDirectory(dir="/var/tmp") as outside, ExitStack() as stack:
        Path(outside).chmod(0o755)
        services = stack.enter_context(Services(Path(outside, "platform"), STAGE.project, STAGE.supabase_ref))
        network = services.variables()
        secrets = {name: network.pop(name) for name in CATALOG.secrets}
        cloud = stack.enter_context(open_cloud(folder, {"stage": state}, secrets, network))
        permit_secrets(cloud)
        yield WholePlatform(cloud, services, network)


def permit_secrets(cloud: Cloud) -> None:
    """Lets stage's operator read the values of secrets, which roles/editor does not."""
    operator = f"serviceAccount:{OPERATOR.format(project=STAGE.project)}"
    cloud.plane.world.bindings.add(Binding(f"projects/{STAGE.project}", "roles/secretmanager.secretAccessor", operator))
