"""make new-job NAME=...: the five places that a job is written in by hand, with what can be known filled in.

The job that it writes makes one POST to the admin API and reads counts from the answer, as most jobs do.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from string import Template

from operations.terminal.output import run_command
from runtime.config.catalog import ROOT, load_catalog
from runtime.config.cron import Cron
from runtime.process.errors import UsageError

KINDS = ("manual", "daily", "monthly")
CRONS = {"manual": None, "daily": "30 3 * * *", "monthly": "30 3 1 * *"}
TEMPLATES = Path(__file__).with_name("templates")
# The object of a job in jobs.json ends so; the next one begins after it.
LAST_JOB = re.compile(r"\n    \}\n  \]\n\}\n\Z")


def main(arguments: list[str]) -> int:
    """Writes the five files and names them; UsageError before anything is written."""
    parser = argparse.ArgumentParser(prog="make new-job", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("name", metavar="NAME", help="short name, as in quota-reset")
    parser.add_argument("--kind", choices=KINDS, default="daily")
    parser.add_argument("--cron", help="five fields in UTC (default: 03:30)")
    choices = parser.parse_args(arguments)
    cron = choices.cron or CRONS[choices.kind]
    _refuse(choices.name, choices.kind, cron)
    written = write_job(Path(ROOT), choices.name, choices.kind, cron)
    print("\n".join(f"  {path}" for path in written))
    print("Next: say in each file what the job does; make docs; make quick; make check")
    return 0


def write_job(root: Path, name: str, kind: str, cron: str | None) -> list[str]:
    """Writes the job into the checkout; the paths of the five files, relative to it."""
    module = name.replace("-", "_")
    files = {
        "job.py": f"runtime/jobs/{kind}/{module}.py",
        "route.py": f"sandbox/admin_api/routes/{module}.py",
        "test.py": f"tests/runtime/jobs/{kind}/test_{module}.py",
    }
    values = {"name": name, "module": module}
    for template, path in files.items():
        (root / path).write_text(_fill(template, values), encoding="utf-8")
    catalog = root / "jobs.json"
    text = catalog.read_text(encoding="utf-8")
    catalog.write_text(LAST_JOB.sub(f"\n    }},\n{_declare(text, name, kind, cron)}\n  ]\n}}\n", text), "utf-8")
    texts = root / "tools" / "documents" / "runbook_texts.json"
    known = json.loads(texts.read_text(encoding="utf-8"))
    known[name] = json.loads(_fill("runbook.json", values)) | ({} if cron else {"missed": ""})
    texts.write_text(json.dumps(known, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return ["jobs.json", files["job.py"], str(texts.relative_to(root)), files["route.py"], files["test.py"]]


def _declare(catalog: str, name: str, kind: str, cron: str | None) -> str:
    """The job's object: like that of the first job which takes no options and calls the admin API by itself."""
    jobs = json.loads(catalog)["jobs"]
    model = next(job for job in jobs if job["cron"] and job["secrets"] == ["CA_ROOT_API_KEY"] and not job["options"])
    own: dict[str, object] = {
        "name": name,
        "aliases": [],
        "description": f"Calls the admin API's {name}.",
        "kind": kind,
        "cloud_run_job": f"{kind}-{name}",
        "cron": cron,
    }
    lines = [f"      {json.dumps(key)}: {json.dumps(own.get(key, value))}" for key, value in model.items()]
    return ",\n".join(["    {\n" + lines[0], *lines[1:]]) + "\n    }"


def _refuse(name: str, kind: str, cron: str | None) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name):
        raise UsageError(f"{name!r} is not a job name", "lower case, words joined by hyphens, as in quota-reset")
    if (kind == "manual") != (cron is None):
        raise UsageError(f"a {kind} job {'has no' if kind == 'manual' else 'needs a'} cron")
    if cron is not None:
        try:
            Cron(cron)
        except ValueError as error:
            raise UsageError(str(error), "five fields, as in `30 3 * * *`") from error
    try:
        found = load_catalog().find(name)
    except UsageError:
        return
    raise UsageError(f"there is a job {found.name} already")


def _fill(template: str, values: dict[str, str]) -> str:
    return Template((TEMPLATES / f"{template}.template").read_text(encoding="utf-8")).substitute(values)


if __name__ == "__main__":
    sys.exit(run_command("make new-job", lambda: main(sys.argv[1:])))
