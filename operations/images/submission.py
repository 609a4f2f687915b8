"""A build in Cloud Build, through gcloud: the one command that needs it, to upload the sources and to show the log."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from operations.child_environment import inherit_environment
from operations.cloud.credentials import VARIABLE, check_path
from operations.images.substitutions import Substitutions
from operations.terminal.output import say
from runtime.process.clock import Clock
from runtime.process.errors import ConfigurationError, JobError

Command = tuple[str, ...]

CONFIGURATION = "cloudbuild-jobs.yaml"
# https://cloud.google.com/build/docs/api/reference/rest/v1/projects.builds#status
UNFINISHED = frozenset({"PENDING", "QUEUED", "WORKING"})
POLL_SECONDS = 10.0
ATTEMPTS = 3


class BuildFailed(JobError):
    """Cloud Build did not build; its log is above."""


def archive_commit(root: Path, revision: str, archive: Path) -> None:
    """Writes the files of the commit, and nothing else that lies about, to the archive (.tar.gz)."""
    done = subprocess.run(("git", "-C", str(root), "archive", f"--output={archive}", revision), check=False)
    if done.returncode != 0:
        raise JobError(f"git cannot pack commit {revision}", "its message is above")


def submit(archive: Path, configuration: Path, substitutions: Substitutions) -> str:
    """Starts the build; its id."""
    options = (
        f"--config={configuration}",
        f"--substitutions={substitutions.render()}",
        "--async",
        "--format=value(id)",
    )
    return _ask(("builds", "submit", str(archive), *options), substitutions.project)


def await_digest(build: str, substitutions: Substitutions, clock: Clock) -> str:
    """Shows the build's log until its end; the digest that was pushed, else BuildFailed."""
    project = substitutions.project
    try:
        _run(("builds", "log", build, "--stream"), project, shown=True)
    except JobError as error:
        # It takes a role more than to build, and a connection that lasts: the build needs neither.
        say(f"build-image: {error}; waiting for the build's end without it")
    build_status = await_end(
        lambda: dict(json.loads(_ask(("builds", "describe", build, "--format=json"), project))), clock
    )
    if build_status.get("status") != "SUCCESS":
        problem = f"build {build} ended as {build_status.get('status')}{_explain(build_status)}; nothing was pushed"
        raise BuildFailed(problem, build_status.get("logUrl", "its log is above"))
    return str(build_status["results"]["images"][0]["digest"])


def await_end(describe: Callable[[], Mapping[str, Any]], clock: Clock) -> Mapping[str, Any]:
    """The build once its status is final, which Cloud Build sees to; JobError after three refusals in a row."""
    refusals = 0
    while True:
        try:
            build_status = describe()
        except JobError:
            refusals += 1
            if refusals == ATTEMPTS:
                raise
        else:
            refusals = 0
            if build_status.get("status") not in UNFINISHED:
                return build_status
        clock.sleep(POLL_SECONDS)


def _explain(build_status: Mapping[str, Any]) -> str:
    detail = build_status.get("failureInfo", {}).get("detail") or build_status.get("statusDetail")
    return f" ({detail})" if detail else ""


def _ask(arguments: Command, project: str) -> str:
    return _run(arguments, project, shown=False).strip()


def _run(arguments: Command, project: str, *, shown: bool) -> str:
    done = subprocess.run(
        (_find_gcloud(), *arguments, f"--project={project}", "--quiet"),
        env=_choose_account(inherit_environment()),
        # The log is no result of the command.
        stdout=2 if shown else subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise JobError(f"`gcloud {' '.join(arguments[:2])}` failed", "its message is above")
    return done.stdout or ""


def _choose_account(variables: dict[str, str]) -> dict[str, str]:
    """gcloud has its own login; a key file in the usual variable is to count for it too."""
    key = variables.get(VARIABLE)
    return variables | ({"CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE": str(check_path(key))} if key else {})


def _find_gcloud() -> str:
    path = shutil.which("gcloud")
    if path is None:
        remedy = "install the Google Cloud CLI (cloud.google.com/sdk/docs/install); --from and --use do without"
        raise ConfigurationError("gcloud is not on the PATH, and building needs it", remedy)
    return path
