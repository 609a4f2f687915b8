"""Service accounts, custom roles, and who may do what on which resource."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..codec import Object
from .predefined_roles import PREDEFINED_ROLES
from .rule import RefusedError, Rules
from .value_checks import matches, one_of

if TYPE_CHECKING:
    from ..world import Cloud

_MEMBER = r"(?!deleted:)(.+:.+|projectOwners|projectReaders|projectWriters|allUsers|allAuthenticatedUsers)"
_MEMBER_HINT = "IAM members must have one of the forms of Policy.Binding and not be deleted ones"
_MEMBER_KINDS = re.compile(
    r"(user|group|serviceAccount|domain|principal|principalSet|projectOwner|projectEditor|projectViewer):.+"
    r"|allUsers|allAuthenticatedUsers"
)
_ROLE = re.compile(r"roles/[A-Za-z0-9_.]+|(projects|organizations)/[^/]+/roles/[A-Za-z0-9_.]+")
_ACCOUNT = re.compile(r"serviceAccount:([^@]+@([a-z0-9-]+)\.iam\.gserviceaccount\.com)")
_PERMISSION = r"[a-z][A-Za-z0-9]*(\.[A-Za-z][A-Za-z0-9]*)+"


def has_permission(cloud: Cloud, resource: str, project: str, account: str, permission: str) -> bool:
    """Whether a binding on the resource or its project grants the permission to the service account; conditions are ignored."""
    bindings = [
        *(member for member in cloud.list_all("google_secret_manager_secret_iam_member")
          if f"projects/{member['project']}/secrets/{member['secret_id'].rpartition('/')[2]}" == resource),
        *(member for member in cloud.list_all("google_project_iam_member") if member["project"] == project),
    ]  # fmt: skip
    return any(
        binding["member"] == f"serviceAccount:{account}" and permission in _permissions(cloud, binding["role"])
        for binding in bindings
    )


def _permissions(cloud: Cloud, role: str) -> frozenset[str]:
    custom = cloud.find("google_project_iam_custom_role", role)
    return frozenset(custom["permissions"]) if custom else PREDEFINED_ROLES.get(role, frozenset())


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
    match = _ACCOUNT.fullmatch(member)
    known = match and match[2] in cloud.projects
    if match and known and cloud.find("google_service_account", f"projects/{match[2]}/serviceAccounts/{match[1]}") is None:
        raise RefusedError(400, f"Service account {match[1]} does not exist., badRequest")


def _grant(noun: str, api: str, parent_type: str, parent: str, *keys: str) -> Rules:
    return Rules(
        noun=f"IAM Member for {noun}",
        api=api,
        id=f"{parent}/{{role}}/{{member}}{{titled}}",
        replaced_by=(*keys, "role", "member", "condition.title", "condition.expression"),
        checks=(matches("member", _MEMBER, _MEMBER_HINT),),
        parent=(parent_type, parent),
        repeatable=True,
        refuse=refuse_binding,
    )


_JOB = "projects/{project}/locations/{location}/jobs/{name.short}"

RULES = {
    "google_service_account": Rules(
        noun="service account",
        api="iam.googleapis.com",
        id="projects/{project}/serviceAccounts/{email}",
        replaced_by=("account_id", "project"),
        defaults={"create_ignore_already_exists": None, "disabled": False},
        planned={
            "email": "{account_id}@{project}.iam.gserviceaccount.com",
            "member": "serviceAccount:{account_id}@{project}.iam.gserviceaccount.com",
        },
        applied={"name": "projects/{project}/serviceAccounts/{email}", "unique_id": "{digits}"},
        checks=(matches("account_id", r"[a-z](?:[-a-z0-9]{4,28}[a-z0-9])"),),
        cloud_checks=(matches("display_name", r".{0,100}", "a display name has at most 100 characters"),),
    ),
    "google_project_iam_custom_role": Rules(
        noun="custom role",
        api="iam.googleapis.com",
        id="projects/{project}/roles/{role_id}",
        replaced_by=("role_id", "project"),
        defaults={"stage": "GA"},
        applied={"name": "projects/{project}/roles/{role_id}", "deleted": False},
        checks=(
            matches("role_id", r"[a-zA-Z0-9_\.]{3,64}"),
            one_of("stage", "ALPHA", "BETA", "GA", "DEPRECATED", "DISABLED", "EAP"),
        ),
        cloud_checks=(
            matches("permissions", _PERMISSION, "a permission is service.resource.verb"),
            matches("title", r".{1,100}", "a title has 1 to 100 characters"),
        ),
    ),
    "google_project_iam_member": _grant(
        "project", "cloudresourcemanager.googleapis.com", "project", "{project}", "project"
    ),
    "google_cloud_run_v2_job_iam_member": _grant(
        "cloudrunv2 job", "run.googleapis.com", "google_cloud_run_v2_job", _JOB, "name", "location", "project"
    ),
    "google_secret_manager_secret_iam_member": _grant(
        "secretmanager secret",
        "secretmanager.googleapis.com",
        "google_secret_manager_secret",
        "projects/{project}/secrets/{secret_id.short}",
        "secret_id",
        "project",
    ),
    "google_service_account_iam_member": _grant(
        "service account", "iam.googleapis.com", "google_service_account", "{service_account_id}", "service_account_id"
    ),
    "google_storage_bucket_iam_member": _grant(
        "storage bucket", "storage.googleapis.com", "google_storage_bucket", "{bucket}", "bucket"
    ),
    "google_artifact_registry_repository_iam_member": _grant(
        "artifactregistry repository",
        "artifactregistry.googleapis.com",
        "google_artifact_registry_repository",
        "projects/{project}/locations/{location}/repositories/{repository.short}",
        "repository",
        "location",
        "project",
    ),
    "google_bigquery_dataset_iam_member": _grant(
        "bigquery dataset", "bigquery.googleapis.com", "", "projects/{project}/datasets/{dataset_id}", "dataset_id", "project"
    ),
    "google_bigquery_table_iam_member": _grant(
        "bigquery table",
        "bigquery.googleapis.com",
        "",
        "projects/{project}/datasets/{dataset_id}/tables/{table_id}",
        "dataset_id",
        "table_id",
        "project",
    ),
}
RULES["google_cloud_run_v2_job_iam_binding"] = Rules(
    noun="IAM Binding for cloudrunv2 job",
    api="run.googleapis.com",
    id=f"{_JOB}/{{role}}{{titled}}",
    replaced_by=("name", "location", "project", "role", "condition.title", "condition.expression"),
    checks=(matches("members", _MEMBER, _MEMBER_HINT),),
    parent=("google_cloud_run_v2_job", _JOB),
    repeatable=True,
    refuse=refuse_binding,
)
