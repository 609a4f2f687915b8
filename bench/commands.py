"""bin/run-job and bin/list-jobs beside gcloud, against the stand-in control plane."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.processes import run
from bench.service import Service, serve
from bench.table import extremes, judge, render_table

ROOT = Path(__file__).resolve().parent.parent
PYTHON = str(ROOT / ".venv" / "bin" / "python")
RUNS = 15
PROJECT = "cloudact-testing-1"
OVERRIDES = ("RUN", "CLOUDSCHEDULER", "LOGGING", "SECRETMANAGER", "ARTIFACTREGISTRY", "SERVICEUSAGE")
LIST, RUN, GCLOUD = "bin/list-jobs stage", "bin/run-job stage quota-reset", "gcloud scheduler jobs list"


@dataclass(slots=True)
class Waits:
    """ms to the first byte of the first request, and of the whole command."""

    first_byte: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)


def measure() -> str:
    """The section of the report."""
    with tempfile.TemporaryDirectory() as name, serve(Path(name), secure=False) as service, plane(Path(name)) as url:
        commands = list_commands(Path(name))
        measured, real = make_environment(service.url, Path(name)), make_environment(url, Path(name))
        waits, helps = {each: Waits() for each in commands}, list[float]()
        for _ in range(RUNS):
            for each, command in commands.items():
                waits[each].first_byte.append(measure_wait(service, command, measured))
            helps.append(run([*commands[LIST][:1], "--help"], measured, None).seconds * 1000)
            for each in commands.keys() - {RUN}:
                # What an operator waits for; run-job's time is the job's.
                waits[each].whole.append(run(commands[each], real, None).seconds * 1000)
    return render(waits, helps)


def list_commands(folder: Path) -> dict[str, list[str]]:
    """Ours, and the nearest gcloud command that follows its endpoint override."""
    commands = {
        LIST: [str(ROOT / "bin" / "list-jobs"), "stage"],
        RUN: [str(ROOT / "bin" / "run-job"), "stage", "quota-reset"],
    }
    gcloud = shutil.which("gcloud")
    if gcloud:
        token = ["--access-token-file", str(folder / "token")]
        options = ["--location", "us-central1", "--project", PROJECT, *token, "--quiet"]
        commands[GCLOUD] = [gcloud, "scheduler", "jobs", "list", *options]
    return commands


def make_environment(url: str, folder: Path) -> dict[str, str]:
    """An operator's, with every API, and the one that issues tokens, at one address."""
    key = json.loads((folder / "key.json").read_text())
    path = folder / f"key-{url.rpartition(':')[2]}.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps({**key, "token_uri": f"{url}/token"}))
    overrides = {f"CLOUDSDK_API_ENDPOINT_OVERRIDES_{name}": f"{url}/" for name in OVERRIDES}
    home = {"HOME": str(folder), "CLOUDSDK_CONFIG": str(folder), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    return {**home, **overrides, "GOOGLE_APPLICATION_CREDENTIALS": str(path)}


def measure_wait(service: Service, command: list[str], environment: Mapping[str, str]) -> float:
    """ms. The answer is of no use to the command, which then fails: that is not measured."""
    service.command()
    cost = run(command, environment, None)
    first_bytes = service.command()["first_bytes"]
    if not first_bytes:
        raise RuntimeError(f"{' '.join(command)} sent nothing:\n{cost.output[-2000:]}")
    return float((first_bytes[0] - cost.started) / 1e6)


def render(waits: Mapping[str, Waits], helps: Sequence[float]) -> str:
    """The table, and the targets."""
    rows = [
        [name, extremes(each.first_byte, 0), extremes(each.whole, 0) if each.whole else "-"]
        for name, each in waits.items()
    ]
    text = render_table(("command", "first byte, ms", "whole command, ms"), rows) + "\n"
    for name in (LIST, RUN):
        text += judge(f"`{name}` before its first request", min(waits[name].first_byte), 200.0, " ms")
    text += judge("`bin/list-jobs --help`, the whole command", min(helps), 150.0, " ms")
    if GCLOUD not in waits:
        return text + "- gcloud is not installed here: there is nothing to compare with\n"
    ratio = min(waits[GCLOUD].whole) / min(waits[LIST].whole)
    return text + judge("gcloud's whole command over `bin/list-jobs`'s", ratio, 4.0, at_least=True)


@contextmanager
def plane(folder: Path) -> Iterator[str]:
    """The stand-in's address; a key and a token for it lie in the folder."""
    command = [PYTHON, "-m", "bench.plane", str(folder)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            yield process.stdout.readline().strip() if process.stdout else ""
        finally:
            process.communicate()
