"""What the provider refuses at once, and what only the cloud refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.terraform.harness import TerraformError
from tests.sandbox.terraform_provider.example import ACCOUNT, IMAGE, JOB, PROJECT, PROVIDER, Open, list_changes, rewrite


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("deletion_protection =", "deletion_protectoin =", "Unsupported argument"),
        ('timeout         = "900s"', "timeout = []", "Incorrect attribute value type|Inappropriate value"),
        (f'image = "{IMAGE}"', "", "Missing required argument"),
        ('name     = "nightly"', 'name = "nightly"\n state = "PAUSED"', "Value for unconfigurable attribute"),
        ('name     = "nightly"', 'name = "nightly"\n id = "nightly"', "Invalid or unknown key"),
        ('timeout         = "900s"', 'timeout = "15m"', "doesn't match regexp"),
        ('timeout         = "900s"', 'execution_environment = "GEN2"', "expected .* to be one of"),
        ('account_id = "sweeper"', 'account_id = "sweep"', "doesn't match regexp"),
        ("member    = google_service_account.sweeper.member", 'member = "sweeper"', "IAM members must have"),
        (
            "oauth_token {",
            'oidc_token {\n service_account_email = "a"\n }\n oauth_token {',
            "Conflicting configuration",
        ),
        ("http_target {", 'pubsub_target {\n topic_name = "t"\n }\n http_target {', "Invalid combination of arguments"),
    ],
)
def test_a_wrong_configuration_is_refused_before_any_plan(
    open_configuration: Open, old: str, new: str, message: str
) -> None:
    """Misspelled, mistyped, missing, computed-only, ill-formed, conflicting: `terraform validate` says which."""
    terraform = open_configuration((old, new))
    with pytest.raises(TerraformError, match=message):
        terraform.validate()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('version = "latest"', 'version = "7"', "secrets/key/versions/7 was not found"),
        ('secret  = "key"', 'secret = "other"', "secrets/other/versions/latest was not found"),
        ("roles/secretmanager.secretAccessor", "roles/secretmanager.viewer", "Permission denied on secret"),
        ("roles/secretmanager.secretAccessor", "roles/secretmanager.reader", "Role .* is not supported"),
        ("google_service_account.sweeper.member", f'"serviceAccount:no-{ACCOUNT}"', "does not exist"),
        ('secret_id = "key"', 'secret_id = "other"', "Error 404: .*secrets/other' was not found"),
        ('name                = "sweep"', f'name = "{"s" * 64}"', "Error 400: a job's name"),
        ('"KEY"', '"CLOUD_RUN_JOB"', "reserved env names"),
        ("containers {", 'containers {\n resources {\n limits = { memory = "256Mi" }\n }', "512Mi to 32Gi"),
        ("containers {", 'containers {\n resources {\n limits = { cpu = "0.5" }\n }', "1, 2, 4, 6 or 8 CPUs"),
        (
            "containers {",
            'containers {\n resources {\n limits = { cpu = "1", memory = "5Gi" }\n }',
            "at least 2. Got 1",
        ),
        ("containers {", 'containers {\n resources {\n limits = { cpu = "4", memory = "1Gi" }\n }', "at least 2048Mi"),
        ('team = "shop"', 'team = "The Shop"', "no valid label"),
        ('"0 1 * * *"', '"0 25 * * *"', "not a unix-cron schedule"),
        ('"0 1 * * *"', '"0 1 * * *"\n attempt_deadline = "3600s"', "between 15s and 1800s"),
    ],
)
def test_the_cloud_refuses_at_the_apply_what_a_plan_cannot_know(
    open_configuration: Open, old: str, new: str, message: str
) -> None:
    """Missing secrets, versions, bindings, roles and accounts, and values only the API checks."""
    terraform = open_configuration((old, new))
    terraform.run("plan", "-out=out.tfplan")
    with pytest.raises(TerraformError, match=message):
        terraform.apply("out.tfplan")


@pytest.mark.parametrize(
    ("interface", "message"),
    [
        ('tags = ["Jobs"]', "a network tag is"),
        ('network = "The Net"', "a network is needed"),
        ('subnetwork = "projects/p/global/networks/n"', "a subnetwork is needed"),
    ],
)
def test_an_ill_named_network_or_tag_is_refused(open_configuration: Open, interface: str, message: str) -> None:
    access = f"vpc_access {{\n network_interfaces {{\n {interface}\n }}\n }}\n containers {{"
    terraform = open_configuration(("containers {", access))
    terraform.plan()
    with pytest.raises(TerraformError, match=message):
        terraform.apply()


def test_without_a_project_nothing_is_planned(open_configuration: Open) -> None:
    """Neither the resource nor the provider names one: an error, not a guess."""
    terraform = open_configuration((f'  project = "{PROJECT}"\n', ""))
    with pytest.raises(TerraformError, match="project: required field is not set"):
        terraform.plan()


def test_an_api_has_to_be_enabled_first(open_configuration: Open) -> None:
    """A missing depends_on on the API shows here as it does in an empty project."""
    terraform = open_configuration()
    with terraform.world.change() as cloud:
        cloud.remove("google_project_service", f"{PROJECT}/cloudscheduler.googleapis.com")
    with pytest.raises(TerraformError, match=r"cloudscheduler.googleapis.com has not been used in project"):
        terraform.apply()


@pytest.mark.parametrize("buckets", ["", "bucket_options {\n explicit_buckets {\n bounds = [1]\n }\n }\n"])
def test_a_distribution_of_log_values_needs_buckets(open_configuration: Open, buckets: str) -> None:
    """The schema has them as optional, since a counter has none; the API wants them."""
    descriptor = 'metric_descriptor {\n metric_kind = "DELTA"\n value_type = "DISTRIBUTION"\n }\n'
    metric = f'resource "google_logging_metric" "m" {{\n name = "m"\n filter = "x"\n {descriptor}{buckets}}}\n'
    terraform = open_configuration(text=PROVIDER + metric)
    if buckets:
        terraform.apply()
    else:
        with pytest.raises(TerraformError, match="bucket_options are required"):
            terraform.apply()


CHANNEL = """
resource "google_monitoring_notification_channel" "{name}" {{
  display_name = "{name}"
  type         = "sms"
  labels       = {{ {labels} }}
  {more}
}}
"""
POLICY = """
resource "google_monitoring_alert_policy" "p" {
  display_name          = "p"
  combiner              = "OR"
  notification_channels = [google_monitoring_notification_channel.CHANNEL.id]
  conditions {
    display_name = "c"
    condition_prometheus_query_language {
      query = "vector(1)"
    }
  }
}
"""


@pytest.mark.parametrize(
    ("tile", "message"),
    [
        ({"width": 24, "xPos": 24, "widget": {"xyChart": {}}}, ""),
        ({"width": 24, "xPos": 25, "widget": {"xyChart": {}}}, "does not fit into the columns"),
        ({"width": 48, "widget": {"title": "t"}}, "exactly one content"),
        ({"width": 48, "widget": {"xyChart": {}, "text": {}}}, "exactly one content"),
        ({"width": 48, "widget": {"graph": {}}}, 'Unknown name "graph"'),
        ({"width": 48, "widget": {"xyChart": {"dataSets": [{"plot": "LINE"}]}}}, 'Unknown name "plot"'),
        ({"width": 48, "widget": {"xyChart": {"dataSets": [{"plotType": "DOTS"}]}}}, "'DOTS' is none of"),
        ({"width": 48, "widget": {"xyChart": {"dataSets": {}}}}, "a list is needed"),
        ({"width": "48", "widget": {"xyChart": {}}}, "'48' is no integer"),
        ({"width": 48, "widget": {"incidentList": {"policyNames": ["alertPolicies/1"]}}}, ""),
        ({"width": 48, "widget": {"incidentList": {"policyNames": ["projects/p/alertPolicies/1"]}}}, "policyNames"),
    ],
)
def test_a_dashboards_widgets_are_the_apis(open_configuration: Open, tile: dict[str, Any], message: str) -> None:
    document = json.dumps({"displayName": "d", "mosaicLayout": {"columns": 48, "tiles": [{"height": 16, **tile}]}})
    resource = f'resource "google_monitoring_dashboard" "d" {{\n dashboard_json = {json.dumps(document)}\n}}\n'
    terraform = open_configuration(text=PROVIDER + resource)
    if message:
        with pytest.raises(TerraformError, match=message):
            terraform.apply()
    else:
        terraform.apply()


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ('phone = "1"', 'missing the required label "number"'),
        ('number = "1"\n phone = "1"', 'has the unrecognized label "phone"'),
    ],
)
def test_a_channel_has_the_label_of_its_type_and_no_other(open_configuration: Open, labels: str, message: str) -> None:
    terraform = open_configuration(text=PROVIDER + CHANNEL.format(name="old", labels=labels, more=""))
    with pytest.raises(TerraformError, match=message):
        terraform.apply()


@pytest.mark.parametrize("more", ["", "lifecycle {\n create_before_destroy = true\n }"])
def test_a_channel_that_a_policy_names_is_not_deleted(open_configuration: Open, more: str) -> None:
    """Terraform deletes the old channel before it changes the policy, unless it is to be created before destroyed."""
    old, new = (CHANNEL.format(name=name, labels='number = "1"', more=more) for name in ("old", "new"))
    terraform = open_configuration(text=PROVIDER + old + POLICY.replace("CHANNEL", "old"))
    terraform.apply()
    rewrite(terraform, text=PROVIDER + new + POLICY.replace("CHANNEL", "new"))
    if more:
        terraform.apply()
    else:
        with pytest.raises(TerraformError, match="Cannot delete notification channel"):
            terraform.apply()


def test_a_name_that_is_taken_is_a_conflict(open_configuration: Open) -> None:
    """Two states that claim one name, such as two environments of one project, collide."""
    terraform = open_configuration()
    terraform.apply()
    (terraform.folder / "terraform.tfstate").unlink()
    with pytest.raises(TerraformError, match=r"Error creating service account: googleapi: Error 409"):
        terraform.apply()


def test_a_job_without_its_image_is_left_behind_tainted(open_configuration: Open) -> None:
    """The cloud takes the job, then misses the image; with the image there, the next apply replaces the job."""
    terraform = open_configuration()
    with terraform.world.change() as cloud:
        cloud.images = []
    with pytest.raises(TerraformError, match=r"Error waiting to create Job: .*Image '.*' not found"):
        terraform.apply()
    with terraform.world.change() as cloud:
        assert cloud.find("google_cloud_run_v2_job", JOB) is not None
        cloud.images = [IMAGE]
    assert list_changes(terraform.plan()) == {"google_cloud_run_v2_job.sweep": ["delete", "create"]}
