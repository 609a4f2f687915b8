"""Cloud Run jobs."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from sandbox.terraform_provider.codec import Object, Value
from sandbox.terraform_provider.rules.bindings import has_permission, is_missing
from sandbox.terraform_provider.rules.rule import Check, FailedOperationError, RefusedError, Rules, at_most_one
from sandbox.terraform_provider.rules.value_checks import labels, lasts, matches, one_of, within

if TYPE_CHECKING:
    from sandbox.terraform_provider.world import Cloud

_TASK = "template.template"
_CONTAINER = f"{_TASK}.containers"
_CPUS = ("1", "2", "4", "6", "8", "1000m", "2000m", "4000m", "6000m", "8000m")
_MEBIBYTES = {"Mi": 1.0, "Gi": 1024.0, "M": 1e6 / 2**20, "G": 1e9 / 2**20}
_LOWEST_MEMORY, _HIGHEST_MEMORY = 512, 32 * 1024  # MiB
# https://cloud.google.com/run/docs/configuring/jobs/memory-limits: so many CPUs do for memory up to so many MiB.
_CPUS_FOR_MEMORY = ((1, 4 * 1024), (2, 8 * 1024), (4, 16 * 1024), (6, 24 * 1024), (8, _HIGHEST_MEMORY))
_MEMORY_FOR_CPUS = {4: 2 * 1024, 6: 4 * 1024, 8: 4 * 1024}
_LONGEST_TASK = 7 * 24 * 3600
_RESERVED = re.compile(
    r"CLOUD_RUN_(JOB|EXECUTION|TASK_INDEX|TASK_COUNT|TASK_ATTEMPT)|K_(SERVICE|REVISION|CONFIGURATION)|PORT"
)
_INTERFACE = f"{_TASK}.vpc_access.network_interfaces"
_NAME = r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?"
_NOT_FOUND, _PERMISSION_DENIED = 5, 7


def _limits_problem(value: Value) -> str:
    cpu, memory = value.get("cpu"), value.get("memory")
    if cpu is not None and cpu not in _CPUS:
        return f"Invalid value specified for cpu. Jobs take 1, 2, 4, 6 or 8 CPUs, got {cpu}"
    match = re.fullmatch(r"(\d+)(Mi|Gi|M|G)", memory or f"{_LOWEST_MEMORY}Mi")
    if match is None or not _LOWEST_MEMORY <= float(match[1]) * _MEBIBYTES[match[2]] <= _HIGHEST_MEMORY:
        return f"Invalid value specified for memory. Jobs take 512Mi to 32Gi, got {memory}"
    mebibytes = float(match[1]) * _MEBIBYTES[match[2]]
    cpus = int((cpu or "1").removesuffix("000m"))
    least = next(few for few, most in _CPUS_FOR_MEMORY if mebibytes <= most)
    if cpus < least:
        return f"For the specified value {memory}, cpu must be at least {least}. Got {cpu}"
    if mebibytes < _MEMORY_FOR_CPUS.get(cpus, 0):
        return f"For the specified value {cpu}, memory must be at least {_MEMORY_FOR_CPUS[cpus]}Mi. Got {memory}"
    unknown = sorted(set(value) - {"cpu", "memory", "nvidia.com/gpu"})
    return f"Invalid resource limit {unknown[0]}" if unknown else ""


def _refuse_job(values: Object, cloud: Cloud) -> None:
    template = values["template"][0]
    task = template["template"][0]
    tasks, parallelism = template["task_count"] or 1, template["parallelism"] or 0
    if parallelism > tasks:
        raise RefusedError(400, f"parallelism ({parallelism}) must not be more than task_count ({tasks})")
    if not task["containers"]:
        raise RefusedError(400, "template.template.containers: at least one container is required")
    account = task["service_account"]
    if is_missing(cloud, account):
        raise RefusedError(
            403, f"Permission 'iam.serviceaccounts.actAs' denied on service account {account} (or it may not exist)."
        )
    for container in task["containers"]:
        _refuse_variables(container["env"])
    for container in task["containers"]:
        _fail_without_image(container["image"], cloud)
        _fail_without_secrets(container["env"], account, values["project"], cloud)


def _refuse_variables(variables: list[Object]) -> None:
    counts = Counter(variable["name"] for variable in variables)
    reserved = [name for name in counts if _RESERVED.fullmatch(name)]
    if reserved:
        raise RefusedError(400, f"The following reserved env names were provided: {', '.join(sorted(reserved))}.")
    repeated = [name for name, count in counts.items() if count > 1]
    if repeated:
        raise RefusedError(400, f"env: duplicate names {', '.join(sorted(repeated))}")


def _fail_without_image(image: str, cloud: Cloud) -> None:
    if image not in cloud.images:
        raise FailedOperationError(_NOT_FOUND, f"Image '{image}' not found.")


def _fail_without_secrets(variables: list[Object], account: str, project: str, cloud: Cloud) -> None:
    for variable in variables:
        for reference in (source["secret_key_ref"][0] for source in variable["value_source"] or []):
            name, version = reference["secret"], reference["version"]
            secret = name if "/" in name else f"projects/{project}/secrets/{name}"
            versions = cloud.secret_versions.get(secret, [])
            if not versions or (version != "latest" and version not in versions):
                raise FailedOperationError(_NOT_FOUND, f"Secret {secret}/versions/{version} was not found")
            if not has_permission(cloud, secret, project, account, "secretmanager.versions.access"):
                raise FailedOperationError(
                    _PERMISSION_DENIED,
                    f"Permission denied on secret: {secret}/versions/{version} for Revision service account {account}. "
                    "The service account used must be granted the 'Secret Manager Secret Accessor' role "
                    "(roles/secretmanager.secretAccessor) at the secret, project or higher level.",
                )


RULES = {
    "google_cloud_run_v2_job": Rules(
        noun="Job",
        api="run.googleapis.com",
        id="projects/{project}/locations/{location}/jobs/{name}",
        replaced_by=("name", "location", "project"),
        defaults={"deletion_protection": True, f"{_TASK}.max_retries": 3},
        computed_blocks=(f"{_CONTAINER}.startup_probe",),
        applied={
            "launch_stage": "GA",
            "execution_count": 0,
            "observed_generation": "1",
            "template.task_count": 1,
            "template.parallelism": 0,
            f"{_TASK}.execution_environment": "EXECUTION_ENVIRONMENT_GEN2",
            f"{_TASK}.service_account": "{number}-compute@developer.gserviceaccount.com",
            f"{_TASK}.timeout": "600s",
            f"{_CONTAINER}.resources.limits": {"cpu": "1", "memory": "512Mi"},
        },
        checks=(
            matches(f"{_TASK}.timeout", r"[0-9]+(?:\.[0-9]{1,9})?s"),
            one_of("launch_stage", "UNIMPLEMENTED", "PRELAUNCH", "EARLY_ACCESS", "ALPHA", "BETA", "GA", "DEPRECATED"),
            one_of(f"{_TASK}.execution_environment", "EXECUTION_ENVIRONMENT_GEN1", "EXECUTION_ENVIRONMENT_GEN2"),
            one_of(f"{_TASK}.vpc_access.egress", "ALL_TRAFFIC", "PRIVATE_RANGES_ONLY"),
        ),
        choices=(at_most_one("run_execution_token", "start_execution_token"),),
        cloud_checks=(
            matches("name", _NAME, "a job's name is 1 to 63 of [a-z0-9-]"),
            matches("location", r"[a-z]+-[a-z]+[0-9]+", "a region is needed"),
            labels("labels"),
            labels("template.labels"),
            within("template.task_count", 1, 10_000),
            within(f"{_TASK}.max_retries", 0, 10),
            lasts(f"{_TASK}.timeout", 1, _LONGEST_TASK),
            matches(f"{_CONTAINER}.env.name", r"[-._a-zA-Z][-._a-zA-Z0-9]*", "an environment variable's name is wrong"),
            matches(
                f"{_CONTAINER}.env.value_source.secret_key_ref.version", "latest|[1-9][0-9]*|[a-zA-Z][-_a-zA-Z0-9]*"
            ),
            Check(f"{_CONTAINER}.resources.limits", _limits_problem),
            matches(f"{_INTERFACE}.network", rf"(projects/[^/]+/global/networks/)?{_NAME}", "a network is needed"),
            matches(
                f"{_INTERFACE}.subnetwork",
                rf"(projects/[^/]+/regions/[^/]+/subnetworks/)?{_NAME}",
                "a subnetwork is needed",
            ),
            matches(f"{_INTERFACE}.tags", _NAME, "a network tag is 1 to 63 of [a-z0-9-]"),
        ),
        refuse=_refuse_job,
    ),
}
