"""Alert policies, notification channels, dashboards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.terraform_provider.codec import Object
from sandbox.terraform_provider.rules.dashboards import refuse_dashboard
from sandbox.terraform_provider.rules.rule import ONE_HOUR, Check, RefusedError, Rules, exactly_one
from sandbox.terraform_provider.rules.value_checks import json_object, labels, lasts, matches, one_of

if TYPE_CHECKING:
    from sandbox.terraform_provider.world import Cloud

_API = "monitoring.googleapis.com"
_PROMQL = "conditions.condition_prometheus_query_language"
_THRESHOLD = "conditions.condition_threshold"
_ABSENT = "conditions.condition_absent"
_CONDITIONS = (
    "condition_absent",
    "condition_matched_log",
    "condition_monitoring_query_language",
    "condition_prometheus_query_language",
    "condition_sql",
    "condition_threshold",
)
_CREDENTIALS = ("auth_token", "auth_token_wo", "password", "password_wo", "service_key", "service_key_wo")
# Each type's only label, which it needs.
_CHANNEL_LABELS = {"email": "email_address", "google_chat": "space", "pubsub": "topic", "sms": "number"}
_LONGEST_ABSENCE = 23.5 * ONE_HOUR
_LONGEST_TEXT = 10_240  # bytes of an alert's documentation


def _refuse_policy(values: Object, cloud: Cloud) -> None:
    for condition in values["conditions"]:
        kinds = [kind for kind in _CONDITIONS if condition[kind]]
        if len(kinds) != 1:
            raise RefusedError(400, f'Condition "{condition["display_name"]}" must have exactly one condition type.')
        if "condition_matched_log" in kinds and not any(
            strategy["notification_rate_limit"] for strategy in values["alert_strategy"]
        ):
            raise RefusedError(400, "A log-match condition needs alert_strategy.notification_rate_limit.")
    for channel in values["notification_channels"] or []:
        if cloud.find("google_monitoring_notification_channel", channel) is None:
            raise RefusedError(404, f"Could not find notification channel {channel}.")


def _refuse_channel(values: Object, _cloud: Cloud) -> None:
    """https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.notificationChannelDescriptors"""
    label, given = _CHANNEL_LABELS.get(values["type"]), values["labels"] or {}
    if label and not given.get(label):
        raise RefusedError(400, f'Field "labels" is missing the required label "{label}".')
    if label and (unknown := sorted(set(given) - {label})):
        raise RefusedError(400, f'Field "labels" has the unrecognized label "{unknown[0]}".')


def _keep_channel(values: Object, cloud: Cloud) -> None:
    """With `force_delete` the provider has the API take it out of the policies first."""
    if values["force_delete"]:
        return
    for policy in cloud.list_all("google_monitoring_alert_policy"):
        if values["id"] in (policy["notification_channels"] or []):
            raise RefusedError(
                400,
                f"Cannot delete notification channel {values['id']}. One or more alert policies refer to it: "
                f"{policy['id']}.",
            )


def _text_problem(value: str) -> str:
    size = len(value.encode())
    return f"documentation.content has {size} bytes, at most {_LONGEST_TEXT}" if size > _LONGEST_TEXT else ""


RULES = {
    "google_monitoring_alert_policy": Rules(
        noun="AlertPolicy",
        api=_API,
        id="projects/{project}/alertPolicies/{digits}",
        replaced_by=("project",),
        defaults={"enabled": True, "documentation.mime_type": "text/markdown"},
        applied={"name": "{id}", "conditions.name": "{id}/conditions/{digits}"},
        checks=(
            one_of("combiner", "AND", "OR", "AND_WITH_MATCHING_RESOURCE"),
            one_of("severity", "CRITICAL", "ERROR", "WARNING"),
            one_of(
                f"{_THRESHOLD}.comparison", *(f"COMPARISON_{name}" for name in ("GT", "GE", "LT", "LE", "EQ", "NE"))
            ),
            one_of(
                f"{_THRESHOLD}.evaluation_missing_data",
                *(f"EVALUATION_MISSING_DATA_{name}" for name in ("INACTIVE", "ACTIVE", "NO_OP")),
            ),
        ),
        cloud_checks=(
            labels("user_labels"),
            matches("display_name", r".{1,512}", "a display name has 1 to 512 characters"),
            lasts(f"{_PROMQL}.duration"),
            lasts(f"{_PROMQL}.evaluation_interval", low=30, step=30),
            matches(f"{_PROMQL}.alert_rule", r"[a-zA-Z_][a-zA-Z0-9_]*", "an alert rule is named as in Prometheus"),
            matches(f"{_PROMQL}.query", r"[\s\S]*\S[\s\S]*", "a query is needed"),
            lasts(f"{_THRESHOLD}.duration", step=60),
            lasts(f"{_ABSENT}.duration", 120, _LONGEST_ABSENCE, 60),
            lasts("alert_strategy.auto_close", 30 * 60, 7 * 24 * ONE_HOUR),
            one_of("alert_strategy.notification_prompts", "OPENED", "CLOSED"),
            lasts("alert_strategy.notification_rate_limit.period", 0, 2 * ONE_HOUR),
            one_of("documentation.mime_type", "text/markdown"),
            Check("documentation.content", _text_problem),
        ),
        refuse=_refuse_policy,
    ),
    "google_monitoring_notification_channel": Rules(
        noun="NotificationChannel",
        api=_API,
        id="projects/{project}/notificationChannels/{digits}",
        replaced_by=("project",),
        defaults={"enabled": True, "force_delete": False},
        applied={"name": "{id}", "verification_status": ""},
        choices=(exactly_one(*_CREDENTIALS, parent="sensitive_labels"),),
        cloud_checks=(labels("user_labels"), matches("type", r"[a-z_]+", "a channel type such as email is needed")),
        refuse=_refuse_channel,
        keep=_keep_channel,
    ),
    "google_monitoring_dashboard": Rules(
        noun="Dashboard",
        api=_API,
        id="projects/{number}/dashboards/{uuid}",
        replaced_by=("project",),
        checks=(json_object("dashboard_json"),),
        refuse=refuse_dashboard,
    ),
}
