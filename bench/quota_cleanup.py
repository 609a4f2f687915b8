"""quota-cleanup beside the bare import of the client library that it cannot do without."""

from __future__ import annotations

import tempfile
from statistics import median

from bench.processes import Cost, count_instructions, run
from bench.stand_in import ENVIRONMENT, PYTHON, ROOT, serve_stand_in
from bench.table import extremes, judge, render_table

RUNS = 15
BARE, OURS = "`import google.cloud.bigquery`", "quota-cleanup --dry-run"
START = "import sys; sys.path.append(sys.argv[1]); from runtime.run import main; main(sys.argv[2:])"
COMMANDS = {
    BARE: [PYTHON, "-I", "-c", "import google.cloud.bigquery"],
    OURS: [PYTHON, "-I", "-c", START, str(ROOT), "quota-cleanup", "--dry-run"],
}


def measure() -> str:
    """The section of the report."""
    with tempfile.TemporaryDirectory() as home, serve_stand_in("bigquery", "--days", "120") as service:
        environment = {**ENVIRONMENT, "HOME": home, "BIGQUERY_EMULATOR_HOST": service["url"]}
        costs: dict[str, list[Cost]] = {name: [] for name in COMMANDS}
        for _ in range(RUNS):
            for name, command in COMMANDS.items():
                costs[name].append(run(command, environment))
        counts = {name: count_instructions(command, environment) for name, command in COMMANDS.items()}
    return render(costs, counts)


def render(costs: dict[str, list[Cost]], counts: dict[str, int | None]) -> str:
    """The table, and the target."""
    rows = []
    for name, runs in costs.items():
        count = counts[name]
        millions = f"{count / 1e6:,.0f}" if count else "valgrind is not installed"
        cpu = extremes([each.cpu * 1000 for each in runs], 0)
        rows.append([name, cpu, millions, f"{median(each.memory for each in runs):.1f}"])
    text = render_table(("process", "CPU, ms", "M instructions", "peak RSS, MB"), rows) + "\n"
    ratio = min(each.cpu for each in costs[OURS]) / min(each.cpu for each in costs[BARE])
    text += judge("CPU over that of the bare import", ratio, 1.2)
    ours, bare = counts[OURS], counts[BARE]
    return text + (judge("instructions over those of the bare import", ours / bare, 1.2) if ours and bare else "")
