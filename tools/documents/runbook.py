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
HEAD = f"""\
# Runbook

Generated from `jobs.json` and `tools/documents/runbook_texts.json` by `make docs`. ENV is `test`, `stage` or `prod`;
in prod every command that changes something asks for `yes`.

A run failed, or an alert came:

1. `bin/list-jobs ENV JOB` lists the job's executions, with the reason of each that failed; `bin/logs ENV JOB` shows the
   whole log of the last one.
2. Find the reason in the job's table below, and do what stands beside it. It is not there: see
   [troubleshooting](troubleshooting.md), or what `next:` says.
3. Start the job again as its section says, and look whether it worked.

Other places to look:

- `bin/list-jobs ENV`: what ran, what is overdue, what drifted.
- `bin/doctor ENV`: whether APIs, secrets, image, jobs, triggers and keys are as the jobs need them, and the remedy of
  each thing that is not. It does not check grants: `bin/create-all-jobs ENV --plan` shows those that are missing.
- `bin/release ENV --from verify`: whether the platform is as it has to be after a release.
- The dashboard "PREFIX: scheduled jobs (ENV)": each job's last success, next tick, runs, failures and durations, open
  incidents, errors in the logs. `bin/create-all-jobs ENV` ends with its address; it is in the list that `bin/list-jobs
  ENV --open` opens, https://console.cloud.google.com/monitoring/dashboards?project=PROJECT

Reading takes `roles/run.viewer` and `roles/logging.viewer` in the project. Starting a job takes
`roles/run.jobsExecutor`, with options `roles/run.jobsExecutorWithOverrides`; so does `bin/release`, which starts
`migrate --status`.

To practice, open [the sandbox](sandbox.md) with `make sandbox` and type `bin/release stage`, then a command of a last
column, then `bin/run-job stage JOB` (`alerts` with `-- --again` once it has succeeded): it fails as the table says.
`sandbox heal` stands for what is fixed outside this repository, such as a key that is stored again or a service that is
brought back.

The jobs exist already, made by other scripts: [You already run these jobs](you-already-run-these-jobs.md).

| alert | severity | what it means |
| --- | --- | --- |
| failed | error | an execution failed, after its retries: the job's exit status tells why |
| missed its run | critical | no success since the tick: the trigger is paused or failed, or its runs did |
| trigger failed | error | Cloud Scheduler could not start the job; `bin/create-all-jobs ENV` restores job and grant |

Every job ends with one of these; the summary, the last line of its log, has the reason and the next step.

| exit status | what it means | next |
| --- | --- | --- |
| {DONE} | done, or skipped with a reason | nothing |
| {FAILED} | ran and failed, perhaps in part | *Failed* below |
| {REFUSED} | the configuration is wrong; nothing was sent | `bin/doctor ENV` |
| {REPORTED} | `bin/run-job` only: a report of pending or drifted files | `bin/release ENV` if files are pending |
| {GAVE_UP} | gave up on a fault that may pass, or ran out of time with work left | *Again* below |
| {TIMED_OUT} | Cloud Run stopped it at its time limit | *Again* below |
| {NOT_STARTED} | never started: image, secret, grant or account | `bin/create-all-jobs ENV` restores the latter two; \
`bin/doctor ENV` checks image and secrets |
| {OUT_OF_MEMORY} | killed, usually out of memory | raise `memory` in `jobs.json` |
| {TERMINATED} | cancelled | *Again* below |
"""


def render_runbook(catalog: Catalog, texts: Mapping[str, Texts]) -> str:
    """The whole document; a job's section has the job's name as its anchor."""
    return "\n".join([HEAD, *(_render_section(job, texts[job.name], catalog) for job in catalog.jobs)])


def _render_section(job: Job, text: Texts, catalog: Catalog) -> str:
    paragraphs = [
        f"## {job.name}",
        text.does,
        "\n".join(_list_facts(job, text, catalog)),
        "\n\n".join([f"**Failed.** {text.failed}".rstrip(), "\n".join(_list_failures(text))]),
        f"**Again.** {text.again}",
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
        f"- When: {describe_start(job)}.{_describe_aliases(job)}",
        f"- Needs: {', '.join(needs)}. Has {limits}.",
        f"- It worked if `{text.look}` shows `{text.worked}`.",
    ]


def _describe_overlap(job: Job) -> str:
    if job.overlap == "allow":
        return "may overlap with itself"
    once = ", or has succeeded since its last tick" if job.once_per_tick else ""
    unknown = {"fail": "fails, and sends nothing,", "run": "runs"}[job.if_unknown]
    return f"skips while another execution is at work{once}; {unknown} if Cloud Run cannot list them"


def _describe_aliases(job: Job) -> str:
    return f" Also called {', '.join(f'`{alias}`' for alias in job.aliases)}." if job.aliases else ""


def _list_failures(text: Texts) -> list[str]:
    rows = [f"| `{each.shows}` | {each.fix} | `{each.sandbox}` |" for each in text.failures]
    return ["| the result says | way out | to practice |", "| --- | --- | --- |", *rows]
