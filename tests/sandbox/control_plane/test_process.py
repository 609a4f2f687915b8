"""The stand-in as a separate process, over stage as applied, running a job's real program."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from google.auth.transport.requests import AuthorizedSession
from google.oauth2 import service_account

from sandbox.admin_api import ROOT_KEY, AdminState, serve_admin_api
from sandbox.control_plane.example import PARENT, PROJECT
from tests.sandbox.control_plane.applied import SURROUNDINGS

OPERATOR = f"operator@{PROJECT}.iam.gserviceaccount.com"
SCOPES = ["https://www.googleapis.com/auth/cloud-platform"]


@contextmanager
def _start(folder: Path, stage: Any, api_url: str) -> Iterator[str]:
    """The running stand-in's address; the operator's key is in `folder`."""
    grants = [{"role": "roles/owner", "member": f"serviceAccount:{OPERATOR}"}]
    secrets = SURROUNDINGS["secrets"] | {"ca-root-api-key-test": [ROOT_KEY]}
    surroundings = {"projects": {PROJECT: SURROUNDINGS | {"grants": grants, "secrets": secrets}}}
    for name, document in (("state.json", stage), ("surroundings.json", surroundings)):
        (folder / name).write_text(json.dumps(document), encoding="utf-8")
    options = ["--world", folder / "state.json", "--surroundings", folder / "surroundings.json"]
    options += [
        "--key-file",
        folder / "key.json",
        "--key-for",
        OPERATOR,
        PROJECT,
        "--network",
        f"API_SERVICE_URL={api_url}",
    ]
    command = [sys.executable, "-m", "sandbox.control_plane", *map(str, options)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["url"]
        process.send_signal(signal.SIGTERM)
        assert process.wait() == 0


def test_job_runs_as_the_program_of_this_checkout(tmp_path: Path, stage: Any) -> None:
    """From the operator's key to the job's own summary line, nothing of the product knows that it is a rehearsal."""
    state = AdminState()
    state.bootstrap()
    with serve_admin_api(state) as api, _start(tmp_path, stage, api.url) as url:
        key = str(tmp_path / "key.json")
        credentials: Any = service_account.Credentials.from_service_account_file(key, scopes=SCOPES)  # type: ignore[no-untyped-call]
        with AuthorizedSession(credentials) as session:  # type: ignore[no-untyped-call]
            operation = session.post(f"{url}/v2/{PARENT}/jobs/cloudact-daily-stale-cleanup:run", json={}).json()
            done = session.post(f"{url}/v2/{operation['name']}:wait", json={}).json()
            text = 'resource.type="cloud_run_job" AND jsonPayload.event="summary"'
            query = {"resourceNames": [f"projects/{PROJECT}"], "filter": text}
            (entry,) = session.post(f"{url}/v2/entries:list", json=query).json()["entries"]

    assert done["response"]["succeededCount"] == 1
    assert (entry["jsonPayload"]["job"], entry["jsonPayload"]["status"]) == ("stale-cleanup", "done")
