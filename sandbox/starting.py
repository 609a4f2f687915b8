"""Starts a local cloud as fast as it goes: Terraform is at work while the rest of the program is loaded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from runtime.config.catalog import load_catalog
from sandbox.progress import Progress

if TYPE_CHECKING:
    from sandbox.local_cloud import LocalCloud


@contextmanager
def start_cloud(
    folder: Path, applied: Iterable[str], progress: Progress, kept: Path | None = None
) -> Iterator[LocalCloud]:
    """All up, with the environments of `applied`. `folder` is empty; what is to survive is in `kept`."""
    catalog = load_catalog()
    with progress.step("the provider for Terraform"):
        from sandbox.estate import Estate
    with Estate(folder, catalog, applied, progress) as estate:
        with progress.step("programs"):
            from sandbox.local_cloud import LocalCloud
        with LocalCloud(estate, kept=kept, progress=progress) as cloud:
            yield cloud
