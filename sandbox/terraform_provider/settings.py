"""The provider's own configuration: the project and region that resources fall back to."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from sandbox.terraform_provider.codec import UNKNOWN, Object

# As the real provider looks them up, in this order.
_PROJECT_VARIABLES = ("GOOGLE_PROJECT", "GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT", "CLOUDSDK_CORE_PROJECT")
_REGION_VARIABLES = ("GOOGLE_REGION", "GCLOUD_REGION", "CLOUDSDK_COMPUTE_REGION")

_ATTRIBUTION = {"goog-terraform-provisioned": "true"}


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """What a `provider "google"` block says, with its fallbacks."""

    project: str | None = None
    region: str | None = None
    default_labels: Mapping[str, str] = field(default_factory=dict)
    attribution: Mapping[str, str] = field(default_factory=lambda: _ATTRIBUTION)
    deletion_policy: str = "DELETE"


def read_settings(config: Object) -> ProviderSettings:
    """The settings of a provider block; values that are not known yet count as unset."""
    known = {name: value for name, value in config.items() if value is not None and value is not UNKNOWN}
    return ProviderSettings(
        known.get("project") or _first_set(_PROJECT_VARIABLES),
        known.get("region") or _first_set(_REGION_VARIABLES),
        known.get("default_labels") or {},
        _ATTRIBUTION if known.get("add_terraform_attribution_label", True) else {},
        known.get("deletion_policy") or "DELETE",
    )


def _first_set(names: tuple[str, ...]) -> str | None:
    return next((os.environ[name] for name in names if os.environ.get(name)), None)
