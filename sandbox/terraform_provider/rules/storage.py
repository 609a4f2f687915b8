"""APIs, registries, secrets, buckets, and build triggers."""

from __future__ import annotations

from sandbox.terraform_provider.rules.rule import ONE_DAY, ONE_HOUR, Rules, at_most_one, exactly_one
from sandbox.terraform_provider.rules.value_checks import labels, lasts, matches, one_of, within

# Or nothing: an empty value is not sent.
_DURATION = r"([0-9]+(\.[0-9]+)?[smhd])?"

RULES = {
    "google_project_service": Rules(
        noun="Project Service",
        api="serviceusage.googleapis.com",
        id="{project}/{service}",
        replaced_by=("service", "project"),
        cloud_checks=(
            matches("service", r"[a-z0-9-]+\.googleapis\.com", "an API such as run.googleapis.com is needed"),
        ),
        repeatable=True,
    ),
    "google_artifact_registry_repository": Rules(
        noun="Repository",
        api="artifactregistry.googleapis.com",
        id="projects/{project}/locations/{location}/repositories/{repository_id}",
        replaced_by=("repository_id", "location", "project", "format", "mode", "kms_key_name"),
        defaults={"mode": "STANDARD_REPOSITORY", "cleanup_policies.condition.tag_state": "ANY"},
        computed_blocks=("vulnerability_scanning_config",),
        applied={"name": "{repository_id}", "registry_uri": "{location}-docker.pkg.dev/{project}/{repository_id}"},
        checks=(
            one_of("mode", "STANDARD_REPOSITORY", "VIRTUAL_REPOSITORY", "REMOTE_REPOSITORY"),
            one_of("cleanup_policies.action", "DELETE", "KEEP"),
            one_of("cleanup_policies.condition.tag_state", "TAGGED", "UNTAGGED", "ANY"),
            one_of("vulnerability_scanning_config.enablement_config", "INHERITED", "DISABLED"),
        ),
        choices=(at_most_one("remote_repository_config", "virtual_repository_config"),),
        cloud_checks=(
            one_of("format", "DOCKER", "MAVEN", "NPM", "PYTHON", "APT", "YUM", "KFP", "GO", "GENERIC"),
            matches("repository_id", r"[a-z]([a-z0-9.-]{0,61}[a-z0-9])?", "a repository's id is 1 to 63 of [a-z0-9.-]"),
            matches("cleanup_policies.condition.older_than", _DURATION, "a duration such as 30d is needed"),
            matches("cleanup_policies.condition.newer_than", _DURATION, "a duration such as 30d is needed"),
            labels("labels"),
        ),
    ),
    "google_secret_manager_secret": Rules(
        noun="Secret",
        api="secretmanager.googleapis.com",
        id="projects/{project}/secrets/{secret_id}",
        replaced_by=("secret_id", "project", "tags", "replication.user_managed.replicas.location"),
        defaults={"deletion_protection": False},
        applied={"name": "projects/{number}/secrets/{secret_id}"},
        choices=(exactly_one("auto", "user_managed", parent="replication"), at_most_one("expire_time", "ttl")),
        cloud_checks=(
            matches("secret_id", r"[a-zA-Z0-9_-]{1,255}", "a secret's id is 1 to 255 of [a-zA-Z0-9_-]"),
            lasts("rotation.rotation_period", ONE_HOUR, 36_500 * ONE_DAY),
            labels("labels"),
        ),
    ),
    "google_secret_manager_secret_version": Rules(
        noun="SecretVersion",
        api="secretmanager.googleapis.com",
        id="{secret}/versions/{digits}",
        replaced_by=("secret", "secret_data", "secret_data_wo_version"),
        defaults={"enabled": True, "is_secret_data_base64": False},
        applied={"name": "{id}", "version": "{digits}"},
        choices=(exactly_one("secret_data", "secret_data_wo"),),
        parent=("google_secret_manager_secret", "{secret}"),
    ),
    "google_storage_bucket": Rules(
        noun="Bucket",
        api="storage.googleapis.com",
        id="{name}",
        replaced_by=("name", "location", "project", "custom_placement_config.data_locations"),
        # The API answers with the project's number alone.
        unread=("project",),
        defaults={
            "force_destroy": False,
            "storage_class": "STANDARD",
            "soft_delete_policy.retention_duration_seconds": 604_800,
        },
        applied={
            "public_access_prevention": "inherited",
            "rpo": "DEFAULT",
            "self_link": "https://www.googleapis.com/storage/v1/b/{name}",
            "uniform_bucket_level_access": False,
            "url": "gs://{name}",
            "lifecycle_rule.condition.with_state": "ANY",
        },
        checks=(
            matches("name", r"[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]", "a bucket's name is 3 to 63 of [a-z0-9._-]"),
            one_of("public_access_prevention", "inherited", "enforced"),
            one_of("lifecycle_rule.action.type", "Delete", "SetStorageClass", "AbortIncompleteMultipartUpload"),
            one_of("lifecycle_rule.condition.with_state", "LIVE", "ARCHIVED", "ANY", ""),
        ),
        cloud_checks=(labels("labels"), within("lifecycle_rule.condition.age", 0, 1e6)),
    ),
    "google_storage_bucket_object": Rules(
        noun="BucketObject",
        api="storage.googleapis.com",
        id="{bucket}-{name}",
        replaced_by=("bucket", "name", "content", "source"),
        applied={"content_type": "text/plain; charset=utf-8", "storage_class": "STANDARD", "output_name": "{name}"},
        choices=(exactly_one("content", "source"),),
        parent=("google_storage_bucket", "{bucket}"),
    ),
    "google_cloudbuild_trigger": Rules(
        noun="Trigger",
        api="cloudbuild.googleapis.com",
        id="projects/{project}/locations/{location}/triggers/{uuid}",
        replaced_by=("project", "location"),
        defaults={"location": "global"},
        applied={"trigger_id": "{uuid}"},
        choices=(exactly_one("build", "filename", "git_file_source"),),
    ),
}
