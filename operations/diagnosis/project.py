"""Checks of an environment's Google Cloud project: APIs, secrets, image, jobs and triggers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from operations.cloud.answers import read_moment
from operations.cloud.google_session import GoogleSession
from operations.cloud.refusals import NotFound
from operations.diagnosis.finding import Finding, Health, find, report_fault
from operations.inventory.health import list_problems
from operations.inventory.leftovers import look_for_leftovers
from operations.inventory.survey import Entry, Survey, survey
from operations.inventory.table import explain_pause
from operations.terraform.preparation import find_owner
from operations.terraform.readiness import list_first_steps
from runtime.config.catalog import Catalog
from runtime.process.errors import ConfigurationError, JobError

# What the jobs, the operators' commands and the build of the image call, which keeps its provenance in Container
# Analysis; terraform/modules/project enables these and what Terraform needs.
APIS = (
    "artifactregistry.googleapis.com",
    "bigquery.googleapis.com",
    "cloudbuild.googleapis.com",
    "cloudscheduler.googleapis.com",
    "containeranalysis.googleapis.com",
    "logging.googleapis.com",
    "monitoring.googleapis.com",
    "run.googleapis.com",
    "secretmanager.googleapis.com",
)

# The first question shows whether Google can be reached at all: an operator wants to know soon.
ATTEMPTS = 2


def find_upload_time(session: GoogleSession, image: str) -> datetime | None:
    """When an image was pushed that is given by its digest; NotFound if the registry does not have it."""
    name, _, digest = image.partition("@")
    host, project, short = name.split("/", 2)
    path = f"projects/{project}/locations/us/repositories/{host}/dockerImages/{quote(short, safe='')}@{digest}"
    return read_moment(session.ask("ARTIFACTREGISTRY", "GET", f"/v1/{path}"), "uploadTime")


@dataclass(frozen=True, slots=True)
class Project:
    """The project as one operator sees it."""

    session: GoogleSession
    catalog: Catalog

    def check_apis(self) -> str:
        """Every API that is needed is enabled."""
        parent = f"projects/{self.session.environment.project}"
        names = "&".join(f"names={quote(f'{parent}/services/{api}', safe='')}" for api in APIS)
        answer = self.session.ask("SERVICEUSAGE", "GET", f"/v1/{parent}/services:batchGet?{names}", attempts=ATTEMPTS)
        states = {service["name"].rpartition("/")[2]: service.get("state") for service in answer.get("services", [])}
        if disabled := [api for api in APIS if states.get(api) != "ENABLED"]:
            raise ConfigurationError(f"not enabled in {parent}: {', '.join(disabled)}", self._prepare)
        return f"all {len(APIS)} are enabled"

    def name_secret(self, variable: str) -> str:
        """The secret behind an environment variable of the jobs."""
        return self.catalog.secret_name(variable, self.session.environment)

    def check_secret(self, variable: str) -> str:
        """The secret exists, and its latest version, which the jobs get, is enabled."""
        environment, name = self.session.environment, self.name_secret(variable)
        path = f"/v1/projects/{environment.project}/secrets/{name}"
        add = next(step for step in list_first_steps(self.catalog, environment) if f" {name} " in step)
        try:
            self.session.ask("SECRETMANAGER", "GET", path)
        except NotFound as error:
            raise ConfigurationError("it does not exist", f"{self._prepare}; then {add}") from error
        try:
            version = self.session.ask("SECRETMANAGER", "GET", f"{path}/versions/latest")
        except NotFound as error:
            raise ConfigurationError("it has no version", add) from error
        number, state = version["name"].rpartition("/")[2], version.get("state")
        if state != "ENABLED":
            raise ConfigurationError(f"its latest version, {number}, is {state}", f"enable it, or {add}")
        return f"version {number} is enabled"

    def check_image(self, image: str) -> str:
        """The image that the jobs should run is pinned by its digest and in the registry."""
        name, _, digest = image.partition("@")
        build = f"bin/build-image {self.session.environment.name}"
        if not digest:
            problem = f"{image} is pinned by no digest: a moved tag would change the next run" if image else "none yet"
            raise ConfigurationError(problem, build)
        short = name.rpartition("/")[2]
        try:
            uploaded = find_upload_time(self.session, image)
        except NotFound as error:
            raise ConfigurationError(f"{image} is not in the registry", build) from error
        when = f"{uploaded:%Y-%m-%d %H:%M} UTC" if uploaded else "at an unknown time"
        return f"{short} {digest.removeprefix('sha256:')[:12]}, uploaded {when}"

    def look_at_jobs(self) -> list[Finding]:
        """One finding for the image and one for each job and its trigger."""
        try:
            seen = survey(self.catalog, self.session)
        except JobError as error:
            return [report_fault("jobs", error)]
        image = find("image", lambda: self.check_image(seen.image))
        return [image, *(self._judge(entry, seen) for entry in seen.entries)]

    def list_leftovers(self) -> list[Finding]:
        """One finding for each job or trigger that is no longer needed: no fault, so its removal is only advised."""
        try:
            leftovers = look_for_leftovers(self.catalog, self.session)
        except JobError:  # said of the jobs already
            return []
        return [Finding(f"leftover {each.name}", Health.WELL, each.detail, each.removal) for each in leftovers]

    def _judge(self, entry: Entry, seen: Survey) -> Finding:
        environment = self.session.environment.name
        name = f"job {entry.job.name}"
        if problems := list_problems(entry, seen):
            remedy = f"bin/create-all-jobs {environment}"
            if problems[0] == "OVERDUE":
                remedy = (
                    f"bin/list-jobs {environment} {entry.job.name} shows its runs, docs/runbook.md#{entry.job.name}"
                )
            return Finding(name, Health.WRONG, "; ".join(problems), remedy)
        paused = explain_pause(entry, seen.environment)
        if paused and not seen.environment.triggers_paused:
            return Finding(name, Health.WRONG, paused, f"bin/resume {environment} {entry.job.name}")
        return Finding(name, Health.WELL, paused or "as the catalog says")

    @property
    def _prepare(self) -> str:
        return f"bin/create-all-jobs {find_owner(self.catalog, self.session.environment).name} --prepare"
