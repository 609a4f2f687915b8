"""All checks of an environment, side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from operations.cloud.google_session import GoogleSession
from operations.cloud.platform_services import Services
from operations.cloud.refusals import CredentialsRefused, NoConnection
from operations.cloud.secret_values import read_secret
from operations.diagnosis.finding import Finding, Health, find, find_if_permitted, gather, report_fault
from operations.diagnosis.project import Project
from operations.terraform.version import find_terraform
from runtime.config.catalog import Catalog
from runtime.config.environment import Environment
from runtime.process.clock import Clock
from runtime.process.errors import JobError

# One check may find several things.
Check = Callable[[], list[Finding]]


def examine(
    catalog: Catalog, environment: Environment, variables: Mapping[str, str], clock: Clock, *, verbose: bool
) -> list[Finding]:
    """Every finding, in a fixed order; if Google does not know the operator, only what needs no credentials."""
    services = Services(environment, variables, clock, verbose)
    checks = [_single("terraform", _check_terraform), _single("API", partial(_check_api, services))]
    try:
        session = GoogleSession(environment, variables, clock=clock, verbose=verbose)
        apis = _check_access(Project(session, catalog))
    except JobError as error:
        name = "network" if isinstance(error, NoConnection) else "credentials"
        unseen = Finding(
            "project", Health.UNKNOWN, "APIs, secrets, image, jobs and keys: not checked without access to Google"
        )
        return [*gather(checks), report_fault(name, error), unseen]
    expiry = session.identity.credentials.expiry
    detail = f"{session.who}, project {environment.project}" + (f", token until {expiry:%H:%M} UTC" if expiry else "")
    credentials = Finding("credentials", Health.WELL, detail)
    checks += _list_checks(Project(session, catalog), services)
    terraform, api, *others = gather(checks)
    return [terraform, credentials, apis, *others, api]


def _check_access(project: Project) -> Finding:
    """Asks for a token, and with it the first question; raises if this caller gets no answer."""
    project.session.renew_token()
    try:
        return Finding("APIs", Health.WELL, project.check_apis())
    except (CredentialsRefused, NoConnection):
        raise
    except JobError as error:
        return report_fault("APIs", error)


def _list_checks(project: Project, services: Services) -> list[Check]:
    names = project.catalog.secrets
    return [
        *(_single(f"secret {project.name_secret(name)}", partial(project.check_secret, name)) for name in names),
        project.look_at_jobs,
        project.list_leftovers,
        lambda: [find_if_permitted("API key", partial(_check_key, project, services))],
        lambda: [find_if_permitted("Supabase", partial(_check_supabase, project, services))],
    ]


def _single(name: str, check: Callable[[], str]) -> Check:
    return lambda: [find(name, check)]


def _check_terraform() -> str:
    path, version = find_terraform()
    return f"{version}, {path}"


def _check_api(services: Services) -> str:
    services.require_health()
    return f"{services.api_url} is healthy and ready"


def _check_key(project: Project, services: Services) -> str:
    key = read_secret(project.session, project.catalog, "CA_ROOT_API_KEY")
    status = services.open_admin_api(key).bootstrap_status()
    return f"accepted; the platform is {status.state}"


def _check_supabase(project: Project, services: Services) -> str:
    services.query_supabase(read_secret(project.session, project.catalog, "SUPABASE_ACCESS_TOKEN"))
    return f"the token is accepted for project {services.environment.supabase_ref}"
