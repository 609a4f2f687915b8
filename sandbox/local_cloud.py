"""A Google Cloud on this machine over what Terraform applied, and all that its jobs talk to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from runtime.config.environment import Environment
from sandbox.control_plane import ControlPlane, ProcessRunner, Program, Timeline, World, point_to
from sandbox.control_plane.scheduler.clockwork import Clockwork
from sandbox.control_plane.world.applied import apply_resource, withdraw_resource
from sandbox.control_plane.world.world import add_surroundings
from sandbox.estate import Estate
from sandbox.progress import Progress
from sandbox.services import Services
from sandbox.terraform.estate import image_of
from sandbox.terraform.inventory import build_inventory
from sandbox.terraform.inventory import point_to as point_to_inventory
from sandbox.terraform_provider.codec import Object

OPERATOR = "operator@sandbox.iam.gserviceaccount.com"
ROLES = ("roles/editor", "roles/secretmanager.secretAccessor")
APIS = ("artifactregistry", "cloudscheduler", "run", "secretmanager")
STATES = "/storage/v1"
# Google's limit on log reads is for a team's project, not for a machine on which a minute's work takes a second.
LOG_READS_PER_MINUTE = 1000


class LocalCloud:
    """Started by `with`; everything is up when that is entered. What is to survive is in `kept`."""

    def __init__(self, estate: Estate, *, kept: Path | None = None, progress: Progress) -> None:
        self.estate = estate
        self.catalog = estate.catalog
        self.timeline = Timeline()
        self._clock = estate.checkout.clock
        self._progress = progress
        self._stack = ExitStack()
        environments = self.catalog.environments.values()
        self.services = Services(environments, kept, now=self.timeline.now, progress=progress)

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(self.services)
            self.estate.wait()
            with self._progress.step("Google Cloud"):
                self.world = self._make_world()
                self.plane = stack.enter_context(self._start_plane())
                clockwork = Clockwork(self.world, self.timeline, self.plane.triggers)
                stack.callback(clockwork.close)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def variables(self) -> dict[str, str]:
        """What points an operator's commands, Terraform and jobs started by hand to this cloud, and lets them in."""
        return {
            **self.estate.variables(),
            **point_to(self.plane.url),
            **point_to_inventory(self.plane.url),
            **self.services.variables(),
            "GOOGLE_BACKEND_STORAGE_CUSTOM_ENDPOINT": f"{self.plane.url}{STATES}/",
            "GOOGLE_APPLICATION_CREDENTIALS": str(self.estate.folder / "operator.json"),
            "CLOUDSDK_AUTH_ACCESS_TOKEN_FILE": str(self.estate.folder / "operator.token"),
        }

    def set_clock(self, ahead: timedelta) -> None:
        """Puts the whole cloud, its jobs and the operators' commands so far ahead of this machine."""
        draft = self._clock.with_suffix(".new")
        draft.write_text(str(ahead.total_seconds()), encoding="ascii")
        draft.replace(self._clock)
        self.timeline.set_ahead(ahead)

    def reset(self, ahead: timedelta = timedelta()) -> None:
        """Makes all of it as it was after the start, but for what Terraform has applied since; time is so far ahead."""
        self.plane.executions.settle()
        self.set_clock(ahead)
        self.services.reset()
        with self.timeline.change():
            self.plane.forget()
            self.world.jobs.clear()
            self.world.triggers.clear()
            self.world.created = self.timeline.now()
            self._follow()

    def _make_world(self) -> World:
        world = World(created=datetime.now(UTC))
        for environment in self.catalog.environments.values():
            image, _, digest = image_of(environment.name).partition("@")
            surroundings = {
                "services": [f"{api}.googleapis.com" for api in APIS],
                "images": [{"name": image, "digest": digest, "tags": ["v1"]}],
                "grants": [{"role": role, "member": f"serviceAccount:{OPERATOR}"} for role in ROLES],
                "secrets": self._name_secrets(environment),
            }
            add_surroundings(world, {"projects": {environment.project: surroundings}})
        return world

    def _name_secrets(self, environment: Environment) -> dict[str, list[str]]:
        values = self.services.secrets_of(environment)
        return {self.catalog.secret_name(variable, environment): [value] for variable, value in values.items()}

    def _start_plane(self) -> ControlPlane:
        self._follow()
        checkout, environments = self.estate.checkout, self.catalog.environments
        checkout.place_apis({name: self.services.api_of(each).server.url for name, each in environments.items()})
        program = Program((str(checkout.python), "-m", "runtime"), checkout.folder)
        programs = {image_of(name).partition("@")[0]: program for name in environments}
        runner = ProcessRunner(programs, self.services.variables())
        plane = ControlPlane(self.world, runner, self.timeline, others=list(self._list_routes()))
        plane.logging.reads_per_minute = LOG_READS_PER_MINUTE
        self._write_key(plane)
        return plane

    def _list_routes(self) -> Iterator[Route]:
        """The lists of what Terraform made that have no part in the running cloud: alerts, accounts, roles."""
        yield Route(f"{STATES}/{{path:path}}", self._refuse_state, methods=["GET", "POST", "PUT"])
        for route in build_inventory(lambda: self.estate.world).routes:
            if isinstance(route, Route) and not route.path.endswith("/jobs"):
                yield route

    def _refuse_state(self, _request: Request) -> JSONResponse:
        """Terraform in another checkout, whose states are in a real bucket, has come here."""
        message = f"in the sandbox Terraform works in {self.estate.checkout.folder}, not here: cd there"
        return JSONResponse({"error": {"code": 403, "message": message}}, 403)

    def _follow(self) -> None:
        """What Terraform makes, and will make, is in the cloud at once."""

        def change(kind: str, before: Object | None, after: Object | None) -> None:
            with self.timeline.change():
                if after is not None:
                    apply_resource(self.world, kind, after, before)
                elif before is not None:
                    withdraw_resource(self.world, kind, before)

        self.estate.world.follow(change)

    def _write_key(self, plane: ControlPlane) -> None:
        """One operator for all projects, whose key therefore names none."""
        key = plane.key_for(OPERATOR, "")
        del key["project_id"]
        token = plane.identities.issue_token(OPERATOR)
        for name, text in (("operator.json", json.dumps(key)), ("operator.token", token)):
            (self.estate.folder / name).touch(mode=0o600)
            (self.estate.folder / name).write_text(text, encoding="utf-8")
