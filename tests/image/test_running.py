"""Jobs run in the image, at the strictest: read-only, without privileges, as an ordinary user."""

from __future__ import annotations

import json
import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from image.building import SELF_CHECK, check_image
from image.engine import perform
from image.recipe import Recipe
from runtime.config.catalog import load_catalog
from sandbox.bigquery import BigQuerySandbox
from sandbox.control_plane.example import PROJECT, SECRET, account, make_plane
from sandbox.control_plane.world.world import Version
from tests.image.conftest import HOST, BuiltImage
from tests.support.admin_platform import serve_platform

JOBS = [job.name for job in load_catalog().jobs]
# Faults of an image, each of which the self-check has to find.
BROKEN = """\
FROM {image}
USER root
RUN rm -r /usr/local/lib/python3.13/site-packages/google/cloud/bigquery \\
    && rm -r /app/runtime/__pycache__ /app/runtime/process/__pycache__ \\
    && echo 'import nothing_of_that_name' > /app/runtime/process/clock.py
"""
ACCESS = """\
import os, sys
for place in ("/app/x", "/tmp/x", "/usr/local/lib/python3.13/x", "/etc/x"):
    try:
        open(place, "w")
        sys.exit(f"{place} could be written")
    except OSError as error:
        print(error.strerror)
print(os.getuid(), os.getgid())
"""


def read_summary(done: CompletedProcess[str]) -> dict[str, Any]:
    """The last line."""
    assert done.stdout, done.stderr
    summary: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert summary["event"] == "summary"
    return summary


def test_the_self_check_passes(image: BuiltImage) -> None:
    """What Cloud Build asks before it pushes."""
    assert check_image(image.engine).startswith("the image is fit: ")


def test_the_self_check_finds_what_is_wrong(image: BuiltImage, tmp_path: Path) -> None:
    """Root, a missing package, missing bytecode, a module that cannot be imported and so jobs that do not start."""
    (tmp_path / "Dockerfile").write_text(BROKEN.format(image=image.name), encoding="ascii")
    broken = "localhost/cloudact-jobs-broken"
    perform(image.engine.build(Recipe(broken), tmp_path))
    check = SELF_CHECK.read_text(encoding="utf-8")
    done = replace(image, name=broken).run("-I", "-S", "-", program="python", fed=check)
    assert done.returncode == 1
    for problem in (
        "it runs as root",
        "alerts --help",
        "import runtime.process.clock",
        "Google's clients",
        "no bytecode",
    ):
        assert problem in done.stdout


def test_nothing_can_be_written(image: BuiltImage) -> None:
    """Not even temporary files: no job needs any."""
    done = image.run("-I", "-S", "-c", ACCESS, program="python")
    assert done.stdout.splitlines() == ["Read-only file system"] * 4 + ["65532 65532"]


@pytest.mark.parametrize("options", [(*HOST, "--user=12345:12345"), (*HOST, "--user=0:0"), ("--network=none",)])
def test_another_user_or_no_network_makes_no_difference(image: BuiltImage, options: tuple[str, ...]) -> None:
    """Every file is readable by anybody; help needs nothing but files."""
    done = image.run("alerts", "--help", options=options)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("usage: python -m runtime alerts ")


def test_without_a_job_it_says_which_there_are(image: BuiltImage) -> None:
    """Exit status 2, as everywhere."""
    done = image.run()
    assert (done.returncode, read_summary(done)["exit_status"]) == (2, 2)
    assert all(name in done.stderr for name in JOBS)


def test_the_module_is_a_program_too(image: BuiltImage) -> None:
    """`python -m runtime`, for those who look around in a container."""
    done = image.run("-m", "runtime", "migrate", "--help", program="python")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("usage: python -m runtime migrate ")


@pytest.mark.todays_date
def test_quota_cleanup_deletes(image: BuiltImage) -> None:
    """FR-SJ-003.2 with Google's own client, of which parts are left out."""
    today = datetime.now(UTC).date()
    with BigQuerySandbox() as bigquery:
        bigquery.usage.create(PROJECT)
        bigquery.usage.add(PROJECT, {today - timedelta(days=100): 2, today: 1})
        done = image.run("quota-cleanup", BIGQUERY_EMULATOR_HOST=bigquery.url, GCP_PROJECT_ID=PROJECT)
    assert (done.returncode, done.stderr, read_summary(done)["counts"]) == (0, "", {"deleted": 2})


@pytest.mark.todays_date
def test_a_key_is_read_from_secret_manager(image: BuiltImage, tmp_path: Path) -> None:
    """NFR-SJ-002.1 over REST: the extension that gRPC needs is not there."""
    with make_plane() as plane, serve_platform() as platform, socket.socket() as nobody:
        # google-auth looks up an account's regions on the side; that has to end on this machine.
        nobody.bind(("127.0.0.1", 0))
        plane.world.secrets[f"projects/{PROJECT}/secrets/{SECRET}"] = [Version(b"the-key")]
        platform.state.key = "the-key"
        key = tmp_path / "key.json"
        key.write_text(json.dumps(plane.key_for(account("daily"), PROJECT)), encoding="utf-8")
        places = {
            "CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER": plane.url,
            "GOOGLE_APPLICATION_CREDENTIALS": "/key.json",
            "HTTPS_PROXY": f"http://127.0.0.1:{nobody.getsockname()[1]}",
        }
        variables = {**platform.variables, **places, "CA_ROOT_API_KEY": ""}
        done = image.run("quota-reset", options=(*HOST, f"--volume={key}:/key.json:ro"), **variables)
    assert (done.returncode, done.stderr, read_summary(done)["status"]) == (0, "", "done")
