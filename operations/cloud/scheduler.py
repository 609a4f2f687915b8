"""Cloud Scheduler v1: an environment's triggers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from operations.cloud.answers import last_part, read_moment
from operations.cloud.google_session import GoogleSession
from operations.cloud.refusals import RequestRefused

# https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs
MAX_DESCRIPTION = 500


@dataclass(frozen=True, slots=True)
class Trigger:
    """A trigger as it is in the project; `last_code` is a google.rpc.Code, 0 if the last attempt went well."""

    name: str
    schedule: str
    time_zone: str
    state: str
    description: str
    next_fire: datetime | None
    last_code: int

    @property
    def enabled(self) -> bool:
        """It fires on its schedule."""
        return self.state == "ENABLED"

    @property
    def paused(self) -> bool:
        """It does not fire until somebody resumes it."""
        return self.state == "PAUSED"


@dataclass(frozen=True, slots=True)
class Scheduler:
    """The triggers of one environment; what a call raises is GoogleSession's."""

    session: GoogleSession

    def list_triggers(self) -> list[Trigger]:
        """Every trigger of the location, other environments' included."""
        values = self.session.ask_pages("CLOUDSCHEDULER", f"/v1/{self.session.location}/jobs?pageSize=500", "jobs")
        return [_read_trigger(trigger) for trigger in values]

    def pause(self, name: str, description: str) -> None:
        """Keeps the description, then pauses: in this order an update can never leave it firing."""
        if not self.describe(name, description).paused:
            self._set_state(name, "pause", "PAUSED")

    def resume(self, name: str) -> None:
        """Clears the description, then lets it fire again."""
        if not self.describe(name, "").enabled:
            self._set_state(name, "resume", "ENABLED")

    def describe(self, name: str, description: str) -> Trigger:
        """Replaces the description and nothing else; the trigger as it is then."""
        path = self._path(name)
        body = {"name": path, "description": description}
        return _read_trigger(self.session.ask("CLOUDSCHEDULER", "PATCH", f"/v1/{path}?updateMask=description", body))

    def _set_state(self, name: str, verb: str, state: str) -> None:
        """To be called for another state only: Cloud Scheduler pauses what is enabled, and resumes what is paused."""
        path = f"/v1/{self._path(name)}"
        try:
            self.session.ask("CLOUDSCHEDULER", "POST", f"{path}:{verb}", {})
        except RequestRefused:
            # So is the repetition of a request whose answer was lost.
            if _read_trigger(self.session.ask("CLOUDSCHEDULER", "GET", path)).state != state:
                raise

    def _path(self, name: str) -> str:
        return f"{self.session.location}/jobs/{name}"


def _read_trigger(values: Mapping[str, Any]) -> Trigger:
    return Trigger(
        name=last_part(values["name"]),
        schedule=values.get("schedule", ""),
        time_zone=values.get("timeZone", ""),
        state=values.get("state", ""),
        description=values.get("description", ""),
        next_fire=read_moment(values, "scheduleTime"),
        last_code=values.get("status", {}).get("code", 0),
    )
