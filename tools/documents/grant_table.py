"""SECURITY.md's table of who may do what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from runtime.config.catalog import Catalog
from runtime.config.environment import Environment
from runtime.config.job import Job
from tools.documents.generated_section import replace_section

ACCESSOR = "roles/secretmanager.secretAccessor"
QUOTA_DELETER = "projects/{project}/roles/{role_prefix}_quota_deleter"
EXECUTION_READER = "projects/{project}/roles/{role_prefix}_execution_reader"


@dataclass(frozen=True, slots=True)
class Grant:
    """One binding. The texts may hold {prefix}, {role_prefix}, {project} and {VARIABLE}, the secret of that use."""

    account: str
    role: str
    place: str
    purpose: str

    def resolve(self, catalog: Catalog, environment: Environment) -> tuple[str, str, str]:
        """Account, role and object as they are in an environment."""
        prefix = environment.name_prefix
        known = {"prefix": prefix, "role_prefix": prefix.replace("-", "_"), "project": environment.project}
        known |= {name: catalog.secret_name(name, environment) for name in catalog.secrets}
        return self.account.format_map(known), self.role.format_map(known), self.place.format_map(known)

    def describe(self) -> str:
        """Its row of the table."""
        cells = (f"`{cell.replace('{', '').replace('}', '')}`" for cell in (self.account, self.role, self.place))
        return f"| {' | '.join(cells)} | {self.purpose} |"


def list_grants(catalog: Catalog) -> list[Grant]:
    """Every grant of an environment: each job's own, then the triggers'."""
    own = [grant for job in catalog.jobs for grant in _list_own(catalog, job)]
    scheduled = [job for job in catalog.jobs if job.cron is not None]
    return own + [
        Grant("{prefix}-triggers", "roles/run.invoker", _place(job), "starts it, as it is") for job in scheduled
    ]


def _list_own(catalog: Catalog, job: Job) -> Iterator[Grant]:
    account = f"{{prefix}}-{job.name}"
    for variable in job.secrets:
        yield Grant(account, ACCESSOR, f"{{{variable}}}", "reads its key")
    if "quota-table" in job.grants:
        yield Grant(account, "roles/bigquery.jobUser", "{project}", "runs a statement")
        yield Grant(account, QUOTA_DELETER, "{project}", "deletes rows, of the quota table alone (a condition)")
    if job.overlap == "forbid":
        yield Grant(account, EXECUTION_READER, _place(job), "sees its own executions")
    for name in job.waits_for:
        yield Grant(account, EXECUTION_READER, _place(catalog.find(name)), "waits for its executions")


def _place(job: Job) -> str:
    return f"{{prefix}}-{job.cloud_run_job}"


def insert_grant_table(document: str, catalog: Catalog) -> str:
    """The document with the table between its markers; ConfigurationError if it does not have them once."""
    lines = ["| account | role | on | for |", "| --- | --- | --- | --- |"]
    table = "\n".join([*lines, *(grant.describe() for grant in list_grants(catalog))])
    return replace_section(document, "grants", table)
