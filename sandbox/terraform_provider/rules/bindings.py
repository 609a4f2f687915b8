"""Who may do what: what a binding grants, and which bindings the cloud refuses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sandbox.terraform_provider.codec import Object
from sandbox.terraform_provider.rules.predefined_roles import PREDEFINED_ROLES
from sandbox.terraform_provider.rules.rule import RefusedError

if TYPE_CHECKING:
    from sandbox.terraform_provider.world import Cloud

_MEMBER_KINDS = re.compile(
    r"(user|group|serviceAccount|domain|principal|principalSet|projectOwner|projectEditor|projectViewer):.+"
    r"|allUsers|allAuthenticatedUsers"
)
_ROLE = re.compile(r"roles/[A-Za-z0-9_.]+|(projects|organizations)/[^/]+/roles/[A-Za-z0-9_.]+")
# Made by people; Google's own accounts (of Compute, of service agents) are taken to exist.
_ACCOUNT = re.compile(r"[^@]+@(?!gcp-sa-)([a-z0-9-]+)\.iam\.gserviceaccount\.com")


def has_permission(cloud: Cloud, secret: str, project: str, account: str, permission: str) -> bool:
    """Whether a binding on the secret or its project grants the permission to the account; conditions are ignored."""
    on_secrets = cloud.list_all("google_secret_manager_secret_iam_member")
    on_projects = cloud.list_all("google_project_iam_member")
    bindings = [
        *(grant for grant in on_secrets if grant["id"].startswith(f"{secret}/")),
        *(grant for grant in on_projects if grant["project"] == project),
    ]
    return any(
        binding["member"] == f"serviceAccount:{account}" and permission in _permissions(cloud, binding["role"])
        for binding in bindings
    )


def _permissions(cloud: Cloud, role: str) -> frozenset[str]:
    custom = cloud.find("google_project_iam_custom_role", role)
    return frozenset(custom["permissions"]) if custom else PREDEFINED_ROLES.get(role, frozenset())


def is_missing(cloud: Cloud, account: str) -> bool:
    """Whether there is no service account with this e-mail."""
    match = _ACCOUNT.fullmatch(account)
    if match is None:
        return False
    return cloud.find("google_service_account", f"projects/{match[1]}/serviceAccounts/{account}") is None


def refuse_binding(values: Object, cloud: Cloud) -> None:
    """What setIamPolicy refuses: members and roles that do not exist."""
    for member in values.get("members") or [values.get("member")]:
        _refuse_member(member, cloud)
    role = values["role"]
    custom = role.startswith("projects/")
    if not _ROLE.fullmatch(role) or (not custom and role not in PREDEFINED_ROLES):
        raise RefusedError(400, f"Role {role} is not supported for this resource., badRequest")
    if custom and cloud.find("google_project_iam_custom_role", role) is None:
        raise RefusedError(400, f"Role ({role}) does not exist in the resource's hierarchy., badRequest")


def _refuse_member(member: str, cloud: Cloud) -> None:
    if not _MEMBER_KINDS.fullmatch(member):
        raise RefusedError(400, f"The member {member} is of an unknown type., badRequest")
    account = member.removeprefix("serviceAccount:")
    if account != member and is_missing(cloud, account):
        raise RefusedError(400, f"Service account {account} does not exist., badRequest")
