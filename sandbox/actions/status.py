"""sandbox status: where everything is, and its state."""

from __future__ import annotations

from collections.abc import Iterator

from runtime.config.environment import Environment
from sandbox.actions.action import Action, Lines, Sandbox, refuse_words
from sandbox.actions.clock import describe_time
from sandbox.local_cloud import LocalCloud
from sandbox.table import align


def perform(sandbox: Sandbox, words: list[str]) -> Lines:
    """The table of addresses, the environments, the time, and what is broken."""
    refuse_words(words)
    yield from list_addresses(sandbox.cloud)
    yield ""
    yield from align([_describe(sandbox, each) for each in sandbox.cloud.catalog.environments.values()])
    yield ""
    yield f"  {describe_time(sandbox)}"
    broken = [f"{each.service} {each.means}" for each in sandbox.breakages.active]
    yield f"  broken: {'; '.join(broken)} (sandbox heal ends it)" if broken else "  nothing is broken"
    return 0


def list_addresses(cloud: LocalCloud) -> Iterator[str]:
    """A line for each service."""
    services = cloud.services
    rows = [("Google Cloud", cloud.plane.url, "Run, Scheduler, Secret Manager, Logging, Artifact Registry")]
    for url, api in services.apis.items():
        names = [each.name for each in services.environments if each.api_url == url]
        rows.append(("admin API", api.server.url, f"of {' and '.join(names)}"))
    rows.append(("Supabase", services.supabase.url, "the Management API"))
    rows.append(
        ("PostgreSQL", f"host={services.supabase.cluster.sockets} user=postgres", "a database for each project")
    )
    for ref in services.supabase.projects:
        names = [each.name for each in services.environments if each.supabase_ref == ref]
        rows.append(("", f"dbname={ref}", f"of {' and '.join(names)}"))
    rows.append(("BigQuery", services.bigquery.url, "the REST API"))
    yield from align(rows)


def _describe(sandbox: Sandbox, environment: Environment) -> tuple[str, ...]:
    cloud = sandbox.cloud
    prefix = f"projects/{environment.project}/locations/{environment.region}/jobs/"
    names = {prefix + environment.job_name(job) for job in cloud.catalog.jobs}
    jobs = [name for name in cloud.world.jobs if name in names]
    triggers = [trigger for name, trigger in cloud.world.triggers.items() if name.removesuffix("-trigger") in names]
    paused = sum(trigger.state.name == "PAUSED" for trigger in triggers)
    runs = [run for run in cloud.plane.executions.runs if run.execution.name.partition("/executions/")[0] in names]
    failed = sum(run.execution.failed_count > 0 for run in runs)
    return (
        environment.name,
        f"{len(jobs)} jobs",
        f"{len(triggers)} triggers{f', {paused} paused' if paused else ''}",
        f"{len(runs)} executions{f', {failed} failed' if failed else ''}",
        f"{len(cloud.services.api_of(environment).state.active_slugs())} organizations",
    )


STATUS = Action("status", "addresses, environments, the time, and what is broken", perform)
