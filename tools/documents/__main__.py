"""make docs: writes what the documents have from the catalog."""

from __future__ import annotations

from pathlib import Path

from runtime.config.catalog import ROOT, load_catalog
from tools.documents.grant_table import insert_grant_table
from tools.documents.job_table import insert_job_table
from tools.documents.runbook import render_runbook
from tools.documents.runbook_texts import load_texts


def main() -> None:
    """Writes docs/runbook.md, the table of jobs in README.md and that of grants in SECURITY.md."""
    catalog = load_catalog()
    runbook, readme = Path(ROOT, "docs", "runbook.md"), Path(ROOT, "README.md")
    runbook.parent.mkdir(exist_ok=True)
    runbook.write_text(render_runbook(catalog, load_texts(catalog)), encoding="utf-8")
    readme.write_text(insert_job_table(readme.read_text(encoding="utf-8"), catalog), encoding="utf-8")
    security = Path(ROOT, "SECURITY.md")
    security.write_text(insert_grant_table(security.read_text(encoding="utf-8"), catalog), encoding="utf-8")


if __name__ == "__main__":
    main()
