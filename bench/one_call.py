"""A job that makes one call: from the process's start to the first byte of its request, and to its end."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bench.layout import lay_out
from bench.processes import count_instructions, run
from bench.service import Service, serve
from bench.table import extremes, judge, ratios, render_table

RUNS = 15
CLIENTS = Path(__file__).with_name("clients")
LEAN = "urllib, lean"
OURS = "quota-reset"
HTTPX = "httpx"


@dataclass(slots=True)
class Client:
    """A program that makes the call, and what its runs have shown, in ms and MB."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    first_byte: list[float] = field(default_factory=list)
    after_answer: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    instructions: int | None = None

    def measure(self, service: Service) -> None:
        """One run."""
        service.command()
        cost = run(self.command, self.environment)
        seen = service.command()
        self.whole.append(cost.seconds * 1000)
        self.memory.append(cost.memory)
        if seen["first_bytes"]:
            self.first_byte.append((seen["first_bytes"][0] - cost.started) / 1e6)
            self.after_answer.append((cost.ended - seen["last_answer"]) / 1e6)


def measure() -> str:
    """The section of the report."""
    with tempfile.TemporaryDirectory() as name, serve(Path(name)) as service:
        clients = list_clients(service, lay_out(Path(name) / "app"))
        for _ in range(RUNS):
            for client in clients.values():
                client.measure(service)
        for client in clients.values():
            client.instructions = count_instructions(client.command, client.environment)
        return render(clients) + measure_refusals(service, clients[OURS]) + measure_context(service)


def list_clients(service: Service, job: list[str]) -> dict[str, Client]:
    """The job, and what people would use instead."""
    python, bundled = [sys.executable], service.bundle_environment
    clients = (
        Client("nothing: `python -I -S -c pass`", [*python, "-I", "-S", "-c", "pass"], service.environment),
        Client(LEAN, [*python, "-I", "-S", str(CLIENTS / "lean_urllib.py")], service.environment),
        Client(OURS, [*job, "quota-reset"], service.environment),
        Client("urllib, as usually written", [*python, str(CLIENTS / "usual_urllib.py"), "quota-reset"], bundled),
        Client("urllib3", [*python, str(CLIENTS / "urllib3_retry.py")], bundled),
        Client(HTTPX, [*python, str(CLIENTS / "httpx_client.py")], bundled),
        Client("requests + tenacity", [*python, str(CLIENTS / "requests_tenacity.py")], bundled),
        Client("aiohttp", [*python, str(CLIENTS / "aiohttp_client.py")], bundled),
    )
    return {client.name: client for client in clients}


def render(clients: Mapping[str, Client]) -> str:
    """The table, and the targets."""
    lean, ours, httpx = clients[LEAN], clients[OURS], clients[HTTPX]
    header = ("client", "first byte, ms", "ratio", "M instructions", "ratio", "peak RSS, MB", "end after answer, ms")
    text = render_table(header, (_row(client, lean) for client in clients.values()))
    text += "\nLeast / median of 15 interleaved runs; the ratio is to lean urllib.\n\n"
    text += judge("time to first byte over lean urllib's", min(ours.first_byte) / min(lean.first_byte), 1.25)
    text += judge("time to first byte over httpx's", min(ours.first_byte) / min(httpx.first_byte), 0.35)
    lean_share = min(lean.first_byte) / min(httpx.first_byte)
    text += (
        f"- lean urllib's own time over httpx's is {lean_share:.3g}: no job over urllib takes less of it than that\n"
    )
    if ours.instructions and lean.instructions and httpx.instructions:
        text += judge("instructions over lean urllib's", ours.instructions / lean.instructions, 1.15)
        text += judge("instructions over httpx's", ours.instructions / httpx.instructions, 0.35)
    text += judge("peak RSS", median(ours.memory), 22.0, " MB")
    return text + judge("end after the answer", min(ours.after_answer), 3.0, " ms")


def _row(client: Client, lean: Client) -> list[str]:
    instructions = client.instructions
    per_lean = f"{instructions / lean.instructions:.2f}" if instructions and lean.instructions else "-"
    waited = client.first_byte
    return [
        client.name,
        extremes(waited) if waited else extremes(client.whole),
        ratios(waited, lean.first_byte) if waited else "-",
        f"{instructions / 1e6:.0f}" if instructions else "valgrind is not installed",
        per_lean,
        f"{median(client.memory):.1f}",
        extremes(client.after_answer) if waited else "-",
    ]


def measure_refusals(service: Service, ours: Client) -> str:
    """What needs no network imports none of it, and costs accordingly."""
    # As in the image, where nobody sets SSL_CERT_DIR.
    wrong = {**service.environment, "CA_ROOT_API_KEY": "a key with blanks", "SSL_CERT_DIR": ""}
    cases = (
        ("`--help`", [*ours.command, "--help"], service.environment, 0),
        ("configuration error", ours.command, wrong, 2),
    )
    rows = []
    for name, command, environment, status in cases:
        costs = [run(command, environment, status).seconds * 1000 for _ in range(RUNS)]
        rows.append([name, extremes(costs), "no" if imports_nothing(command, environment, status) else "**yes**"])
    return "\n" + render_table(("without a call", "whole process, ms", "imports ssl, socket or urllib.request"), rows)


def imports_nothing(command: list[str], environment: Mapping[str, str], status: int) -> bool:
    """Is the process free of TLS and of urllib.request?"""
    output = run([command[0], "-X", "importtime", *command[1:]], environment, status).output
    imported = {line.rpartition("|")[2].strip() for line in output.splitlines() if line.startswith("import time:")}
    return not imported & {"ssl", "_ssl", "socket", "_socket", "urllib.request", "http.client"}


CONTEXT = """
import ssl, sys, time
sys.path.insert(0, sys.argv[1])
from runtime.net.tls import TrustStore
moments = [time.perf_counter()]
for make in (lambda: ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), TrustStore, ssl.create_default_context):
    make()
    moments.append(time.perf_counter())
print(*((end - start) * 1000 for start, end in zip(moments, moments[1:])))
"""


def measure_context(service: Service) -> str:
    """How long the TLS context takes, and what OpenSSL takes for a process's first one, even an empty one."""
    root = str(Path(__file__).resolve().parent.parent)
    command = [sys.executable, "-I", "-S", "-c", CONTEXT, root]
    runs = [run(command, service.environment).output.split() for _ in range(RUNS)]
    first, ours = (min(float(times[position]) for times in runs) for position in (0, 1))
    bundle = min(float(run(command, service.bundle_environment).output.split()[2]) for _ in range(RUNS))
    text = "\n" + judge("TLS context", ours, 1.0, " ms")
    return text + (
        f"- `ssl.create_default_context()` with the bundle: {bundle:.1f} ms; OpenSSL's own start, which the first "
        f"context of a process waits for, regardless of its contents: {first:.1f} ms\n"
    )
