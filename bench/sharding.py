"""org-sync-all over several tasks: simulated, since the machine has too few cores; and when to raise `tasks`."""

from __future__ import annotations

import math
import random
from collections import Counter

from bench import prices
from bench.simulated_service import QUEUEING, Simulation
from bench.table import judge, render_table
from runtime.organizations.hill_climb import HillClimb
from runtime.organizations.listing import hash_slug

TASKS = (1, 2, 4, 8)
ORGANIZATIONS = 20_000
IN_FLIGHT = 8
LEAST, MOST, MEAN = 2.0, 10.0, 6.0
TIMEOUT = 3600.0
# The last 15 s of a task begin nothing, and the start takes some: what is planned for.
USABLE = 3500.0
ROOM = 10_000
# What four at once gain on a service whose handlers block its only event loop: 9.5 s over 8.2 s.
IN_TURN = 9.5 / 8.2


def measure() -> str:
    """The section of the report."""
    shards = {tasks: divide(tasks) for tasks in TASKS}
    seconds = {tasks: max(simulate(each, shard) for shard, each in shards[tasks].items()) for tasks in TASKS}
    rows, worst = [], 0.0
    for tasks in TASKS:
        stretch = seconds[tasks] * tasks / seconds[1]
        worst = max(worst, stretch)
        largest = max(shards[tasks].values())
        rows.append(
            [str(tasks), f"{largest:,}", f"{seconds[tasks]:,.0f}", f"{seconds[1] / tasks:,.0f}", f"{stretch:.3f}"]
        )
    header = ("tasks", "largest shard", "s", "s of one task / tasks", "ratio")
    text = f"{ORGANIZATIONS:,} organizations of 2 to 10 s, 8 in flight a task, a service with room for all:\n\n"
    text += render_table(header, rows) + "\n"
    text += judge("time times tasks over one task's", worst, 1.1)
    whole = all(sum(each.values()) == ORGANIZATIONS for each in shards.values())
    text += f"- {'met' if whole else '**missed**'}: each organization is in exactly one shard\n\n"
    return text + advise()


def divide(tasks: int) -> Counter[int]:
    """How many organizations each shard has."""
    return Counter(hash_slug(f"org-{number:06}") % tasks for number in range(ORGANIZATIONS))


def simulate(count: int, shard: int) -> float:
    """Seconds of one task."""

    def draw(source: random.Random) -> float:
        return source.uniform(LEAST, MOST)

    return Simulation(HillClimb(IN_FLIGHT), QUEUEING, ROOM, count, draw, shard).run().now


def advise() -> str:
    """The table that says when to raise `tasks`."""
    rows = []
    for organizations in (1_000, 10_000, 100_000, 1_000_000):
        one = organizations * MEAN / IN_FLIGHT
        tasks = math.ceil(one / USABLE)
        each = one / tasks
        price = prices.price_instances(each, tasks, 1.0, 0.5)
        in_turn = organizations * MEAN / IN_TURN
        rows.append(
            [
                f"{organizations:,}",
                describe(one),
                str(tasks),
                describe(each),
                f"{tasks * IN_FLIGHT:,}",
                f"${price:,.2f}",
                describe(in_turn),
            ]
        )
    header = (
        "organizations",
        "one task",
        "tasks for the 60 min timeout",
        "time then",
        "in flight",
        "cost of a run",
        "a service that handles one at a time",
    )
    return render_table(header, rows) + (
        "\nRaise `tasks` when a run takes more than about 50 minutes (one that runs out of time ends with 75 and says "
        "so) and the service keeps up: the cost depends on the organizations, not on `tasks`. If the service "
        "handles one request at a time (four at once took 8.2 s, one after the other 9.5 s) neither helps: the "
        "last column is the time at any number of tasks, and the service has to be scaled first. "
        f"Prices of {prices.DATE}: ${prices.VCPU_SECOND:.6f} a vCPU-second, ${prices.GIB_SECOND:.6f} a GiB-second, "
        "1 vCPU and 512 MiB a task.\n"
    )


def describe(seconds: float) -> str:
    """As people say it."""
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h" if seconds < 48 * 3600 else f"{seconds / 86400:.0f} days"
