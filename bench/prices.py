"""Google Cloud's list prices in us-central1, US dollars, before any discount."""

from __future__ import annotations

# From cloud.google.com/run/pricing (jobs, tier 1), /scheduler/pricing and /compute/vm-instance-pricing. Change the
# date with them.
DATE = "2026-11-23"
VCPU_SECOND = 0.000018
GIB_SECOND = 0.000002
FREE_VCPU_SECONDS = 240_000
# An instance of a job is billed for a minute at least.
LEAST_SECONDS = 60.0
TRIGGER_MONTH = 0.10
FREE_TRIGGERS = 3
VM = "e2-small"
VM_HOUR = 0.016751
HOURS_A_MONTH = 730
DISK_GIB_MONTH = 0.04
DISK_GIB = 10


def price_instances(seconds: float, instances: float, vcpus: float, gib: float) -> float:
    """So many instances of so many seconds each, without the free tier."""
    billed = max(seconds, LEAST_SECONDS) * instances
    return billed * (vcpus * VCPU_SECOND + gib * GIB_SECOND)


def price_vm() -> float:
    """A small machine that is always on, with its disk, for a month."""
    return VM_HOUR * HOURS_A_MONTH + DISK_GIB_MONTH * DISK_GIB
