"""The machine that the figures are from."""

from __future__ import annotations

import os
import platform
import ssl
from datetime import UTC, datetime
from pathlib import Path


def describe() -> str:
    """Processor, cores, load, versions, date."""
    load = os.getloadavg()[0]
    busy = " - **other work was going on: trust ratios and instructions, not times**" if load > 1.0 else ""
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC; {read_processor()}, {os.cpu_count()} cores, {platform.system()} "
        f"{platform.release()}; Python {platform.python_version()}, {ssl.OPENSSL_VERSION}; "
        f"load before the start {load:.1f}{busy}.\n"
    )


def read_processor() -> str:
    """The processor's name."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
