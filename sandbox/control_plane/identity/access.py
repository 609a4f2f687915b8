"""Who may do what: roles on resources, inherited from the project."""

from __future__ import annotations

from sandbox.control_plane.identity.roles import ROLES, SERVICES
from sandbox.control_plane.problems import ApiError, explain
from sandbox.control_plane.world.world import World


class Access:
    """Answers from the world's bindings as they are at the moment."""

    def __init__(self, world: World) -> None:
        self._world = world

    def allows(self, email: str, permission: str, resource: str) -> bool:
        """Whether the account has the permission on the resource or on one above it."""
        members = {f"serviceAccount:{email}", f"user:{email}"}
        return any(
            binding.member in members
            and (resource == binding.resource or resource.startswith(binding.resource + "/"))
            and permission in self._permissions_of(binding.role)
            for binding in self._world.bindings
        )

    def require(self, email: str, permission: str, resource: str) -> None:
        """Raises PERMISSION_DENIED that names the permission and the resource, or the API that is not enabled."""
        project, service = resource.split("/")[1], SERVICES[permission.partition(".")[0]]
        if project in self._world.projects and (project, service) not in self._world.services:
            raise _not_enabled(project, service)
        if not self.allows(email, permission, resource):
            raise _denied(service, permission, resource)

    def _permissions_of(self, role: str) -> frozenset[str]:
        """Raises KeyError for a role of these APIs that is not known: it must not pass for an empty one."""
        known = ROLES.get(role) or self._world.custom_roles.get(role)
        if known is None and role.removeprefix("roles/").partition(".")[0] in SERVICES:
            raise KeyError(f"the stand-in does not know {role}: add it to identity/roles.py")
        return known or frozenset()


def _denied(service: str, permission: str, resource: str) -> ApiError:
    """Cloud Run and Logging give a message only; the others also the reason for programs."""
    detail = explain("IAM_PERMISSION_DENIED", "iam.googleapis.com", permission=permission, resource=resource)
    if service == SERVICES["cloudscheduler"]:
        text = (
            f'The principal (user or service account) lacks IAM permission "{permission}" for the resource "{resource}"'
        )
        return ApiError("PERMISSION_DENIED", f"{text} (or the resource may not exist).", detail)
    if service in (SERVICES["run"], SERVICES["logging"]):
        message = f"Permission '{permission}' denied on resource '{resource}' (or resource may not exist)."
        return ApiError("PERMISSION_DENIED", message)
    message = f"Permission '{permission}' denied for resource '{resource}' (or it may not exist)."
    return ApiError("PERMISSION_DENIED", message, detail)


def _not_enabled(project: str, service: str) -> ApiError:
    message = (
        f"{service} has not been used in project {project} before or it is disabled. Enable it by visiting "
        f"https://console.developers.google.com/apis/api/{service}/overview?project={project} then retry."
    )
    detail = explain("SERVICE_DISABLED", "googleapis.com", service=service, consumer=f"projects/{project}")
    return ApiError("PERMISSION_DENIED", message, detail)
