"""From the start of a container to the first byte of a job's request, beside the same job as a process."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bench.layout import lay_out
from bench.processes import run
from bench.service import Service, serve
from bench.table import extremes, render_table
from image.building import NAME, build_image
from image.engine import Engine

RUNS = 15
JOB = "quota-reset"
# -X pycache_prefix: bytecode is looked for in a folder that has none.
START = ("-I", "-S", "/app/__main__.py", JOB)
UNCOMPILED = ("-I", "-S", "-X", "pycache_prefix=/nowhere", "/app/__main__.py", JOB)
PROCESS, CONTAINER, SLIM = (
    "as a process",
    "in a container",
    "in a container, without bytecode (as the official images ship the library)",
)


@dataclass(slots=True)
class Waits:
    """A command, and ms from its start to the first byte."""

    command: list[str]
    environment: Mapping[str, str]
    ms: list[float] = field(default_factory=list)


def measure() -> str:
    """The section of the report."""
    engine = build_image()
    if not engine.runs_containers:
        return f"{engine.program} builds, and runs nothing: docker or podman could be measured\n"
    with tempfile.TemporaryDirectory() as name, serve(Path(name)) as service:
        all_waits = list_commands(engine, service, lay_out(Path(name) / "app"))
        for _ in range(RUNS):
            for waits in all_waits.values():
                waits.ms.append(measure_wait(service, waits))
    return render(all_waits, engine)


def list_commands(engine: Engine, service: Service, job: list[str]) -> dict[str, Waits]:
    """Each of them at the strictest, as the tests run the image."""
    ca_folder = service.environment["SSL_CERT_DIR"]
    variables = {name: text for name, text in service.environment.items() if name not in ("PATH", "LANG")}
    options = ("--network=host", f"--volume={ca_folder}:{ca_folder}:ro")

    def contain(*arguments: str) -> Waits:
        command = engine.run(NAME, *arguments, program="python", variables=variables, options=options)
        # The launcher looks nothing up.
        return Waits([str(shutil.which(engine.program)), *command[1:]], os.environ)

    alone = Waits([*job, JOB], service.environment)
    return {PROCESS: alone, CONTAINER: contain(*START), SLIM: contain(*UNCOMPILED)}


def measure_wait(service: Service, waits: Waits) -> float:
    """ms."""
    service.command()
    cost = run(waits.command, waits.environment)
    return (float(service.command()["first_bytes"][0]) - cost.started) / 1e6


def render(all_waits: dict[str, Waits], engine: Engine) -> str:
    """The table, and what makes the difference."""
    text = render_table((JOB, "first byte, ms"), [[name, extremes(waits.ms, 0)] for name, waits in all_waits.items()])
    process, container, slim = (min(all_waits[name].ms) for name in (PROCESS, CONTAINER, SLIM))
    return text + (
        f"\nFrom the start of the command; {RUNS} interleaved runs with {engine.program}, read-only, unprivileged. "
        f"The container itself takes {container - process:.0f} ms, missing bytecode {slim - container:.0f} ms.\n"
    )
