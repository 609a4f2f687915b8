"""What has to be in order before a container starts: the image, the secrets, the account's right to read them."""

from __future__ import annotations

from google.cloud import run_v2

from sandbox.control_plane.identity.access import Access
from sandbox.control_plane.moments import read_duration, read_moment
from sandbox.control_plane.run.runner import Container
from sandbox.control_plane.world.world import World

Reason = run_v2.Condition.CommonReason
ACCESS = "secretmanager.versions.access"
ROLE_HINT = (
    "The service account used must be granted the 'Secret Manager Secret Accessor' role "
    "(roles/secretmanager.secretAccessor) at the secret, project or higher level."
)


class StartFailure(Exception):
    """The container never starts."""

    def __init__(self, reason: int, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


def prepare(world: World, access: Access, execution: run_v2.Execution) -> tuple[Container, dict[str, str]]:
    """The container of the execution's tasks and its environment, secrets included. Raises StartFailure."""
    project, template = execution.name.split("/")[1], execution.template
    spec = template.containers[0]
    image = world.find_image(spec.image)
    if image is None:
        raise StartFailure(Reason.CONTAINER_MISSING, f"Image '{spec.image}' not found.")
    if template.service_account not in world.accounts:
        raise StartFailure(Reason.UNKNOWN, f"Service account {template.service_account} does not exist.")
    environment = {
        entry.name: _read_secret(world, access, project, template.service_account, entry.value_source.secret_key_ref)
        if entry.value_source.secret_key_ref.secret
        else entry.value
        for entry in spec.env
    }
    container = Container(
        image=f"{image.name}@{image.digest}",
        command=tuple(spec.command),
        args=tuple(spec.args),
        account=template.service_account,
        timeout_seconds=read_duration(template.timeout).total_seconds(),
        starts_at=read_moment(execution.create_time),
    )
    return container, environment


def _read_secret(world: World, access: Access, project: str, account: str, reference: run_v2.SecretKeySelector) -> str:
    """The value at this moment; `latest` is the newest version, in any state."""
    secret = reference.secret if "/" in reference.secret else f"projects/{project}/secrets/{reference.secret}"
    versions = world.secrets.get(secret)
    path = f"{secret}/versions/{reference.version}"
    if not access.allows(account, ACCESS, secret):
        message = f"Permission denied on secret: {path} for Revision service account {account}. {ROLE_HINT}"
        raise StartFailure(Reason.SECRETS_ACCESS_CHECK_FAILED, message)
    number = len(versions or ()) if reference.version == "latest" else int(reference.version)
    if not versions or not 1 <= number <= len(versions):
        raise StartFailure(Reason.SECRETS_ACCESS_CHECK_FAILED, f"Secret {path} was not found")
    version = versions[number - 1]
    if version.state != "ENABLED":
        raise StartFailure(Reason.SECRETS_ACCESS_CHECK_FAILED, f"Secret {path} is in {version.state} state.")
    return version.value.decode()
