"""Cloud Scheduler triggers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.terraform_provider.codec import Object
from sandbox.terraform_provider.rules.bindings import is_missing
from sandbox.terraform_provider.rules.rule import RefusedError, Rules, at_most_one, exactly_one
from sandbox.terraform_provider.rules.value_checks import cron, lasts, matches, one_of, time_zone, within

if TYPE_CHECKING:
    from sandbox.terraform_provider.world import Cloud

_SHORTEST_ATTEMPT, _LONGEST_ATTEMPT = 15, 30 * 60  # of an HTTP target


def _refuse_account(values: Object, cloud: Cloud) -> None:
    for target in values["http_target"]:
        for token in (target["oauth_token"] or []) + (target["oidc_token"] or []):
            account = token["service_account_email"]
            if is_missing(cloud, account):
                raise RefusedError(
                    403,
                    'The principal lacks IAM permission "iam.serviceAccounts.actAs" for the resource '
                    f'"{account}" (or the resource may not exist).',
                )


RULES = {
    "google_cloud_scheduler_job": Rules(
        noun="Job",
        api="cloudscheduler.googleapis.com",
        id="projects/{project}/locations/{region}/jobs/{name}",
        replaced_by=("name", "region", "project"),
        defaults={"time_zone": "Etc/UTC"},
        suppressed={"attempt_deadline": "180s"},
        applied={
            "paused": False,
            "retry_config.retry_count": 0,
            "retry_config.max_retry_duration": "0s",
            "retry_config.min_backoff_duration": "5s",
            "retry_config.max_backoff_duration": "3600s",
            "retry_config.max_doublings": 5,
        },
        derived={"state": lambda values: "PAUSED" if values["paused"] else "ENABLED"},
        choices=(
            exactly_one("app_engine_http_target", "http_target", "pubsub_target"),
            at_most_one("oauth_token", "oidc_token", parent="http_target"),
        ),
        cloud_checks=(
            matches("name", r"[a-zA-Z\d_-]{1,500}", "a job's name is 1 to 500 of [a-zA-Z0-9_-]"),
            matches("region", r"[a-z]+-[a-z]+[0-9]+", "a region is needed"),
            cron("schedule"),
            time_zone("time_zone"),
            lasts("attempt_deadline", _SHORTEST_ATTEMPT, _LONGEST_ATTEMPT),
            matches("http_target.uri", r"https?://[^/\s]+/?\S*", "an absolute http(s) URI is needed"),
            one_of("http_target.http_method", "POST", "GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"),
            within("retry_config.retry_count", 0, 5),
            within("retry_config.max_doublings", 0, 16),
            lasts("retry_config.max_retry_duration"),
            lasts("retry_config.min_backoff_duration"),
            lasts("retry_config.max_backoff_duration"),
        ),
        refuse=_refuse_account,
    ),
}
