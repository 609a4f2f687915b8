"""The stand-in as a whole: its world, its time, its APIs on one port."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Self

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount

from sandbox.control_plane.gateway import Gateway
from sandbox.control_plane.identity import oauth
from sandbox.control_plane.identity.access import Access
from sandbox.control_plane.identity.accounts import Identities
from sandbox.control_plane.identity.metadata import MetadataServer
from sandbox.control_plane.logs.api import LoggingApi
from sandbox.control_plane.logs.store import LogStore
from sandbox.control_plane.methods import Api
from sandbox.control_plane.registry_api import RegistryApi
from sandbox.control_plane.run.api import RunApi
from sandbox.control_plane.run.executions import Executions
from sandbox.control_plane.run.runner import Runner
from sandbox.control_plane.run.state import Platform
from sandbox.control_plane.scheduler.api import SchedulerApi
from sandbox.control_plane.scheduler.delivery import Delivery
from sandbox.control_plane.scheduler.triggers import Triggers
from sandbox.control_plane.secrets_api import SecretsApi
from sandbox.control_plane.services_api import ServicesApi
from sandbox.control_plane.timeline import Timeline
from sandbox.control_plane.world.world import World
from sandbox.http_server import HttpServer, serve

OVERRIDES = ("ARTIFACTREGISTRY", "CLOUDSCHEDULER", "LOGGING", "RUN", "SECRETMANAGER", "SERVICEUSAGE")


def point_to(url: str) -> dict[str, str]:
    """The environment that points Google's tools and the operators' commands at a stand-in; no credentials."""
    return {f"CLOUDSDK_API_ENDPOINT_OVERRIDES_{api}": f"{url}/" for api in OVERRIDES}


class ControlPlane:
    """Serves at once, until closed; use it in a `with`. `server` has the faults and the requests received."""

    def __init__(
        self,
        world: World,
        runner: Runner,
        timeline: Timeline | None = None,
        *,
        port: int = 0,
        others: Sequence[BaseRoute] = (),
    ) -> None:
        """`others` are further APIs' routes, which go before its own."""
        self.world = world
        self.timeline = timeline or Timeline()
        self.identities = Identities(self.timeline)
        self.logs = LogStore(self.timeline)
        self._metadata: dict[str, HttpServer] = {}
        access = Access(world)
        self.executions = Executions(Platform(world, access, self.timeline, self.logs, runner, self._surround))
        self.triggers = Triggers(world, self.timeline, self.logs, lambda trigger: self._delivery(trigger))
        self.logging = LoggingApi(world, access, self.timeline, self.logs)
        apis: list[Api] = [
            RunApi(self.executions),
            SchedulerApi(world, access, self.timeline, self.triggers),
            SecretsApi(world, access),
            self.logging,
            ServicesApi(world, access),
            RegistryApi(world, access),
        ]
        gateway = Gateway([method for api in apis for method in api.methods()], self.identities, world)
        app = Starlette(routes=[oauth.make_route(self.identities), *others, Mount("/", gateway)])
        self.server = serve(app, port=port, state=self._describe)
        self.url = self.server.url
        self._delivery = Delivery(world, self.identities.issue_token, self.url)

    def key_for(self, email: str, project: str) -> dict[str, str]:
        """The content of a service-account key file whose tokens are fetched here."""
        return self.identities.issue_key(email, project, f"{self.url}{oauth.PATH}")

    def advance_to(self, moment: datetime, *, settle: bool = True) -> None:
        """Moves a standing timeline on and fires the triggers that fall due on the way.

        With `settle` each firing's executions end before time moves on; without, they may overlap with the next ones.
        """
        self.triggers.advance_to(moment, self.executions.settle if settle else lambda: None)

    def metadata_for(self, email: str) -> HttpServer:
        """The metadata server of containers that run as this account."""
        if email not in self._metadata:
            project = self.world.accounts[email]
            region = next(
                (name.split("/")[3] for name in self.world.jobs if name.split("/")[1] == project), "us-central1"
            )
            source = MetadataServer(email, project, self.world.projects[project], region, self.identities.issue_token)
            self._metadata[email] = serve(source.make_app())
        return self._metadata[email]

    def forget(self) -> None:
        """Forgets every execution, firing and log entry, as in a new project."""
        self.executions.runs.clear()
        self.triggers.forget()
        self.logs.clear()

    def close(self) -> None:
        """Ends running executions and all servers."""
        self.executions.stop()
        for server in [*self._metadata.values(), self.server]:
            server.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _surround(self, email: str) -> Mapping[str, str]:
        """Where a container finds the platform's services."""
        host = self.metadata_for(email).url.removeprefix("http://")
        return {**point_to(self.url), "GCE_METADATA_HOST": host, "GCE_METADATA_IP": host}

    def _describe(self) -> dict[str, Any]:
        with self.timeline.change():
            return {
                "now": self.timeline.now().isoformat(),
                "executions": [run.execution.name for run in self.executions.runs],
                "running": [run.execution.name for run in self.executions.runs if not run.done],
                "attempts": [
                    [attempt.when.isoformat(), attempt.trigger, attempt.code] for attempt in self.triggers.attempts
                ],
            }
