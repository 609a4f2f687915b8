"""Cloud Scheduler v1: the methods on triggers."""

from __future__ import annotations

from collections.abc import Iterator

from google.cloud import scheduler_v1
from google.cloud.scheduler_v1.services.cloud_scheduler.transports.rest_base import _BaseCloudSchedulerRestTransport

from sandbox.control_plane.identity.access import Access
from sandbox.control_plane.messages import page
from sandbox.control_plane.methods import Method, list_methods
from sandbox.control_plane.moments import stamp
from sandbox.control_plane.problems import ApiError, refuse_argument
from sandbox.control_plane.scheduler.triggers import Triggers
from sandbox.control_plane.timeline import Timeline
from sandbox.control_plane.world.world import World

State = scheduler_v1.Job.State
# What an update may change here; Terraform does the rest.
UPDATABLE = frozenset({"description", "schedule", "time_zone", "attempt_deadline"})
# https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs
MAX_DESCRIPTION = 500


class SchedulerApi:
    """Checks the caller's permission first, then whether the trigger exists."""

    def __init__(self, world: World, access: Access, timeline: Timeline, triggers: Triggers) -> None:
        self._world = world
        self._access = access
        self._timeline = timeline
        self._triggers = triggers

    def methods(self) -> Iterator[Method]:
        """What is served, and the rest of the API as unserved."""
        served = {
            "ListJobs": (scheduler_v1.ListJobsRequest, self._list_jobs),
            "GetJob": (scheduler_v1.GetJobRequest, self._get_job),
            "UpdateJob": (scheduler_v1.UpdateJobRequest, self._update_job),
            "PauseJob": (scheduler_v1.PauseJobRequest, self._pause_job),
            "ResumeJob": (scheduler_v1.ResumeJobRequest, self._resume_job),
            "RunJob": (scheduler_v1.RunJobRequest, self._run_job),
        }
        yield from list_methods(_BaseCloudSchedulerRestTransport, served)

    def _list_jobs(self, caller: str, request: scheduler_v1.ListJobsRequest) -> scheduler_v1.ListJobsResponse:
        self._access.require(caller, "cloudscheduler.jobs.list", request.parent)
        names = sorted(name for name in self._world.triggers if name.startswith(f"{request.parent}/"))
        shown, token = page(names, request.page_size, request.page_token, default=500, limit=500)
        return scheduler_v1.ListJobsResponse(jobs=[self._describe(name) for name in shown], next_page_token=token)

    def _get_job(self, caller: str, request: scheduler_v1.GetJobRequest) -> scheduler_v1.Job:
        self._access.require(caller, "cloudscheduler.jobs.get", request.name)
        return self._describe(request.name)

    def _update_job(self, caller: str, request: scheduler_v1.UpdateJobRequest) -> scheduler_v1.Job:
        """Needs a mask: without one Google resets every field that the request leaves out."""
        self._access.require(caller, "cloudscheduler.jobs.update", request.job.name)
        trigger = self._find(request.job.name)
        mask = list(request.update_mask.paths)
        if not mask or not UPDATABLE.issuperset(mask):
            raise refuse_argument(f"The stand-in updates {', '.join(sorted(UPDATABLE))} by update_mask, not {mask}.")
        if len(request.job.description) > MAX_DESCRIPTION:
            raise refuse_argument(f"Job.description must not be longer than {MAX_DESCRIPTION} characters.")
        with self._timeline.change():
            for name in mask:
                setattr(trigger, name, getattr(request.job, name))
            trigger.user_update_time = stamp(self._timeline.now())
        return self._describe(trigger.name)

    def _pause_job(self, caller: str, request: scheduler_v1.PauseJobRequest) -> scheduler_v1.Job:
        self._access.require(caller, "cloudscheduler.jobs.pause", request.name)
        return self._set_state(request.name, "PauseJob", State.ENABLED, State.PAUSED)

    def _resume_job(self, caller: str, request: scheduler_v1.ResumeJobRequest) -> scheduler_v1.Job:
        self._access.require(caller, "cloudscheduler.jobs.enable", request.name)
        return self._set_state(request.name, "ResumeJob", State.PAUSED, State.ENABLED)

    def _run_job(self, caller: str, request: scheduler_v1.RunJobRequest) -> scheduler_v1.Job:
        """Fires at once, a paused trigger too: the answer says only that it was dispatched."""
        self._access.require(caller, "cloudscheduler.jobs.run", request.name)
        self._triggers.fire(self._find(request.name))
        return self._describe(request.name)

    def _set_state(self, name: str, method: str, before: int, after: int) -> scheduler_v1.Job:
        """Only an enabled trigger can be paused, and only a paused one resumed."""
        trigger = self._find(name)
        if trigger.state != before:
            raise ApiError("FAILED_PRECONDITION", f"Job.state must be {State(before).name} for {method}.")
        with self._timeline.change():
            trigger.state = State(after)
        return self._describe(name)

    def _find(self, name: str) -> scheduler_v1.Job:
        if name not in self._world.triggers:
            raise ApiError("NOT_FOUND", "Job not found.")
        return self._world.triggers[name]

    def _describe(self, name: str) -> scheduler_v1.Job:
        with self._timeline.change():
            described = scheduler_v1.Job(self._find(name))
        if described.state == State.ENABLED:
            described.schedule_time = stamp(self._triggers.next_fire(described))
        return described
