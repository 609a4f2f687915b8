"""What a program that this one starts may see of the environment."""

from __future__ import annotations

import os

from runtime.config.catalog import load_catalog


def inherit_environment() -> dict[str, str]:
    """The variables of this process without the jobs' keys: no command of bin/ needs one, nor what it starts."""
    keys = load_catalog().secrets
    return {name: value for name, value in os.environ.items() if name not in keys}
