"""The runbook: a section for each job, from the catalog and what only people know."""

from __future__ import annotations

from collections.abc import Mapping

from operations.executions.verdict import NOT_STARTED, REPORTED, TIMED_OUT
from runtime.config.catalog import Catalog
from runtime.config.job import Job
from runtime.process.errors import DONE, FAILED, GAVE_UP, REFUSED, TERMINATED
from tools.documents.job_table import describe_start
from tools.documents.runbook_texts import Texts

OUT_OF_MEMORY = 137
HEAD = """\
# Runbook

Generated from `jobs.json` and `tools/documents/runbook_texts.json` by `make docs`. ENV is `test`, `stage` or `prod`;
in prod every command that changes something asks for `yes`.

- `bin/list-jobs ENV`: what ran, what is overdue, what drifted. `bin/list-jobs ENV JOB`: a job's executions.
- `bin/doctor ENV`: whether APIs, secrets, image, jobs, triggers and keys are as the jobs need them, and the remedy of
  each thing that is not. Grants it does not check: `bin/create-all-jobs ENV --plan` shows those that are missing.
- `bin/run-job ENV JOB --follow EXECUTION`: the log and the result of an execution.
- `bin/release ENV --from verify`: whether the platform is as it has to be after a release.
- The dashboard "PREFIX: scheduled jobs (ENV)": each job's last success, next tick, runs, failures and durations, open
  incidents, errors in the logs. `bin/create-all-jobs ENV` ends with its address.

The jobs exist already, made by other scripts: [You already run these jobs](you-already-run-these-jobs.md).

To watch takes `roles/run.viewer` and `roles/logging.viewer` in the project. `bin/release` starts `migrate --status`, so
it takes `roles/run.jobsExecutorWithOverrides`.

| alert | severity | what it means |
| --- | --- | --- |
| failed | error | an execution failed, after its retries: the job's exit status tells why |
| missed its run | critical | no success since the tick: the trigger is paused or failed, or its runs did |
| trigger failed | error | Cloud Scheduler could not start the job; `bin/create-all-jobs ENV` restores job and grant |
"""


def render_runbook(catalog: Catalog, texts: Mapping[str, Texts]) -> str:
    """The whole document; a job's section has the job's name as its anchor."""
    return "\n".join([HEAD, *(_render_section(job, texts[job.name], catalog) for job in catalog.jobs)])


def _render_section(job: Job, text: Texts, catalog: Catalog) -> str:
    paragraphs = [
        f"## {job.name}",
        text.does,
        "\n".join(_list_facts(job, text, catalog)),
        "\n".join(_list_statuses(job, text)),
        f"**Failed.** {text.failed}",
        *([f"**Missed its run.** {text.missed}"] if text.missed else []),
        f"**Undo.** {text.undo}",
    ]
    return "\n\n".join(paragraphs) + "\n"


def _list_facts(job: Job, text: Texts, catalog: Catalog) -> list[str]:
    needs = [f"a secret `{catalog.secrets[variable]}...`" for variable in job.secrets]
    needs += [f"the grant `{grant}`" for grant in job.grants]
    attempts = f"{job.max_retries + 1} attempts of" if job.max_retries else "one attempt of"
    waits = "".join(f"; waits for executions of `{name}`" for name in job.waits_for)
    limits = f"{attempts} at most {job.timeout_seconds // 60} min; {_describe_overlap(job)}{waits}"
    return [
        f"- When: {describe_start(job)}.",
        f"- Who may run it: {_describe_people(job)}.",
        f"- Needs: {', '.join(needs)}. Has {limits}.",
        f"- To look without changing anything: {text.look}.",
    ]


def _describe_overlap(job: Job) -> str:
    if job.overlap == "allow":
        return "may overlap with itself"
    once = ", or has succeeded since its last tick" if job.once_per_tick else ""
    unknown = {"fail": "fails, and sends nothing,", "run": "runs"}[job.if_unknown]
    return f"skips while another execution is at work{once}; {unknown} if Cloud Run cannot list them"


def _describe_people(job: Job) -> str:
    options = ", with options `roles/run.jobsExecutorWithOverrides`" if job.options else ""
    people = f"who has `roles/run.jobsExecutor` in the project{options}"
    return people if job.cron is None else f"its trigger's account; besides, {people}"


def _list_statuses(job: Job, text: Texts) -> list[str]:
    doctor = "`bin/doctor ENV`"
    restore = f"`bin/create-all-jobs ENV` restores grants and accounts; {doctor} checks image and secrets"
    rows = [
        (DONE, "done, or skipped with a reason", "nothing"),
        (FAILED, "ran and failed, perhaps in part", "see *Failed*"),
        (REFUSED, "the configuration is wrong; nothing was sent", doctor),
        (GAVE_UP, "gave up on a fault that may pass, or ran out of time with work left", text.again),
        (TIMED_OUT, f"Cloud Run stopped it after {job.timeout_seconds // 60} min", text.again),
        (NOT_STARTED, "never started: image, secret, grant or account", restore),
        (OUT_OF_MEMORY, f"killed, mostly for want of more memory than {job.memory}", "raise `memory` in `jobs.json`"),
        (TERMINATED, "cancelled", text.again),
    ]
    if any(option.flag == "--status" for option in job.options):
        rows.insert(3, (REPORTED, "a report: pending or drifted files", "`bin/release ENV`, if pending"))
    head = ["| exit status | what it means | next |", "| --- | --- | --- |"]
    return head + [f"| {status} | {meaning} | {following} |" for status, meaning, following in rows]
