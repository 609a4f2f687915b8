"""A page: one HTML file that needs nothing but a browser, and runs nothing in it."""

from __future__ import annotations

import base64
import hashlib
from importlib import import_module
from pathlib import Path
from typing import Any

from operations.pages.calendar import LEGEND

HERE = Path(__file__).parent


def render_page(template: Path, **values: Any) -> str:
    """The template, which extends layout.html, with these values.

    What a log says stays text: everything is escaped, and the policy forbids scripts and requests.
    """
    # Only a page waits for its import.
    jinja2 = import_module("jinja2")
    style = (HERE / "style.css").read_text(encoding="utf-8")
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader((template.parent, HERE)),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "legend": LEGEND,
        "style": import_module("markupsafe").Markup(style),
        "style_hash": base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
    }
    return str(environment.get_template(template.name).render(values))
