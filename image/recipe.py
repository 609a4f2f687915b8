"""What an image is made from, besides the files: name, base, labels, time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Recipe:
    """One build. `epoch` is the commit's time in seconds of 1970, which image and application take for their own;
    `dependencies_epoch` that of the last commit that changed the rest."""

    name: str
    base: str = "scratch"
    epoch: int = 0
    dependencies_epoch: int = 0
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def arguments(self) -> Mapping[str, str]:
        """The Dockerfile's."""
        return {
            "BASE": self.base,
            "DEPENDENCIES_EPOCH": str(self.dependencies_epoch),
            "SOURCE_DATE_EPOCH": str(self.epoch),
        }
