"""Service accounts, custom roles, and who may do what on which resource."""

from __future__ import annotations

from sandbox.terraform_provider.rules.bindings import refuse_binding
from sandbox.terraform_provider.rules.rule import Rules
from sandbox.terraform_provider.rules.value_checks import matches, one_of

_MEMBER = r"(?!deleted:)(.+:.+|projectOwners|projectReaders|projectWriters|allUsers|allAuthenticatedUsers)"
_MEMBER_HINT = "IAM members must have one of the forms of Policy.Binding and not be deleted ones"
_PERMISSION = r"[a-z][A-Za-z0-9]*(\.[A-Za-z][A-Za-z0-9]*)+"


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
        defaults={"disabled": False},
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
        "bigquery dataset",
        "bigquery.googleapis.com",
        "",
        "projects/{project}/datasets/{dataset_id}",
        "dataset_id",
        "project",
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
