"""Finds the third-party packages when Python was started without them (-S, as in the image)."""

from __future__ import annotations

import sys


def add_site_packages() -> None:
    """Puts the interpreter's site-packages folder on the path, last; nothing if it is there already."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    folder = f"{sys.prefix}/lib/{version}/site-packages"
    if folder not in sys.path:
        sys.path.append(folder)
