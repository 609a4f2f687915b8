"""What an image is made from, besides the files: name, base, labels, time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Recipe:
    """One build. `epoch` is the commit's time in seconds of 1970, which the image takes for its own."""

    name: str
    base: str = "scratch"
    epoch: int = 0
    labels: Mapping[str, str] = field(default_factory=dict)
