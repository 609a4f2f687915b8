"""Log-based metrics and log buckets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.terraform_provider.codec import Object
from sandbox.terraform_provider.rules.rule import RefusedError, Rules
from sandbox.terraform_provider.rules.value_checks import matches, one_of, within

if TYPE_CHECKING:
    from sandbox.terraform_provider.world import Cloud

_API = "logging.googleapis.com"


def _refuse_metric(values: Object, _cloud: Cloud) -> None:
    """https://cloud.google.com/logging/docs/reference/v2/rest/v2/projects.metrics: needed by each distribution."""
    kinds = [descriptor["value_type"] for descriptor in values["metric_descriptor"]]
    if "DISTRIBUTION" in kinds and not values["bucket_options"]:
        raise RefusedError(400, "bucket_options are required for a metric of value type DISTRIBUTION.")


RULES = {
    "google_logging_metric": Rules(
        noun="Metric",
        api=_API,
        id="projects/{project}/metrics/{name}",
        replaced_by=("name", "project"),
        defaults={"metric_descriptor.unit": "1", "metric_descriptor.labels.value_type": "STRING"},
        checks=(
            one_of("metric_descriptor.metric_kind", "DELTA", "GAUGE", "CUMULATIVE"),
            one_of("metric_descriptor.value_type", "BOOL", "INT64", "DOUBLE", "STRING", "DISTRIBUTION", "MONEY"),
            one_of("metric_descriptor.labels.value_type", "BOOL", "INT64", "STRING"),
        ),
        cloud_checks=(matches("filter", r"[\s\S]{1,20000}", "a filter has 1 to 20,000 characters"),),
        refuse=_refuse_metric,
    ),
    "google_logging_project_bucket_config": Rules(
        noun="Logging Bucket Config",
        api=_API,
        id="projects/{project}/locations/{location}/buckets/{bucket_id}",
        replaced_by=("project", "location", "bucket_id"),
        defaults={"retention_days": 30},
        applied={"name": "{id}", "lifecycle_state": "ACTIVE"},
        cloud_checks=(within("retention_days", 1, 3650),),
        repeatable=True,
    ),
}
