"""What Terraform applied: `terraform show -json` into the world."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

from google.cloud import run_v2, scheduler_v1

from sandbox.control_plane.moments import stamp
from sandbox.control_plane.world.attributes import fill
from sandbox.control_plane.world.world import Binding, World, make_uid

Values = dict[str, Any]
Document = dict[str, Any]
TriggerState = scheduler_v1.Job.State
JOB_ATTRIBUTES = ("labels", "annotations", "client", "client_version", "template")
UNDERSTOOD = ("google_cloud_run_", "google_cloud_scheduler_", "google_project_iam_", "google_secret_manager_")
TRIGGER_ATTRIBUTES = ("description", "schedule", "time_zone", "attempt_deadline", "retry_config", "http_target")


def add_applied(world: World, document: Document) -> None:
    """Adds every resource of the state that has a part in the stand-in.

    Raises KeyError for one of its services that it does not understand: it must not pass for one that is not there.
    """
    for resource in _list_resources(document["values"]["root_module"]):
        add = _ADDERS.get(resource["type"])
        if add is None and resource["type"].startswith(UNDERSTOOD):
            raise KeyError(f"the stand-in does not understand {resource['address']}: add it to world/applied.py")
        if add is not None:
            values = resource["values"]
            world.add_project(values["project"])
            add(world, values)


def apply_resource(world: World, kind: str, values: Values, before: Values | None = None) -> None:
    """Adds or changes one resource, as an apply does it to a running cloud; of other kinds it takes no notice.

    A job keeps its executions, a trigger what was paused or resumed by hand, a secret its versions. `before` are the
    values that Terraform gave it last.
    """
    if kind not in _ADDERS:
        return
    world.add_project(values["project"])
    made = _make_alone(world, kind, values)
    for name, job in made.jobs.items():
        if before := world.jobs.get(name):
            job.execution_count, job.generation = before.execution_count, before.generation + 1
            job.latest_created_execution = before.latest_created_execution
    for name, trigger in made.triggers.items():
        if before_trigger := world.triggers.get(name):
            trigger.status, trigger.last_attempt_time = before_trigger.status, before_trigger.last_attempt_time
            if before is None or before.get("paused") == values.get("paused"):
                trigger.state = before_trigger.state
    for name, versions in world.secrets.items():
        if name in made.secrets:
            made.secrets[name] = versions
    for field in _COLLECTIONS:
        getattr(world, field).update(getattr(made, field))


def withdraw_resource(world: World, kind: str, values: Values) -> None:
    """Removes what `apply_resource` added."""
    if kind not in _ADDERS:
        return
    made = _make_alone(world, kind, values)
    for field in _COLLECTIONS:
        kept = getattr(world, field)
        for item in getattr(made, field):
            kept.discard(item) if isinstance(kept, set) else kept.pop(item, None)


def _make_alone(world: World, kind: str, values: Values) -> World:
    alone = World(created=world.created)
    _ADDERS[kind](alone, values)
    return alone


def remove_resource(document: Document, address: str) -> Document:
    """The state without the resource of that address. Raises KeyError if it has none."""
    changed = copy.deepcopy(document)
    for module in _list_modules(changed["values"]["root_module"]):
        for resource in module.get("resources", []):
            if resource["address"] == address:
                module["resources"].remove(resource)
                return changed
    raise KeyError(f"the state has no {address}")


def _list_modules(module: Document) -> Iterator[Document]:
    yield module
    for child in module.get("child_modules", []):
        yield from _list_modules(child)


def _list_resources(root: Document) -> Iterator[Document]:
    for module in _list_modules(root):
        yield from module.get("resources", [])


def _add_job(world: World, values: Values) -> None:
    name = f"projects/{values['project']}/locations/{values['location']}/jobs/{values['name']}"
    job = run_v2.Job(
        name=name, uid=make_uid(name), generation=1, observed_generation=1, etag=f'"{name}"', launch_stage="GA"
    )
    job.create_time = job.update_time = stamp(world.created)
    job.terminal_condition = run_v2.Condition(type_="Ready", state=run_v2.Condition.State.CONDITION_SUCCEEDED)
    job.terminal_condition.last_transition_time = stamp(world.created)
    fill(run_v2.Job.pb(job), {attribute: values.get(attribute) for attribute in JOB_ATTRIBUTES})
    world.jobs[name] = job


def _add_trigger(world: World, values: Values) -> None:
    name = f"projects/{values['project']}/locations/{values['region']}/jobs/{values['name']}"
    trigger = scheduler_v1.Job(name=name, user_update_time=stamp(world.created))
    trigger.state = TriggerState(TriggerState.PAUSED if values.get("paused") else TriggerState.ENABLED)
    fill(scheduler_v1.Job.pb(trigger), {attribute: values.get(attribute) for attribute in TRIGGER_ATTRIBUTES})
    world.triggers[name] = trigger


def _add_service(world: World, values: Values) -> None:
    world.services.add((values["project"], values["service"]))


def _add_secret(world: World, values: Values) -> None:
    world.secrets.setdefault(f"projects/{values['project']}/secrets/{values['secret_id']}", [])


def _add_account(world: World, values: Values) -> None:
    world.accounts[f"{values['account_id']}@{values['project']}.iam.gserviceaccount.com"] = values["project"]


def _add_role(world: World, values: Values) -> None:
    world.custom_roles[f"projects/{values['project']}/roles/{values['role_id']}"] = frozenset(values["permissions"])


def _add_repository(world: World, values: Values) -> None:
    parent = f"projects/{values['project']}/locations/{values['location']}"
    world.repositories.add(f"{parent}/repositories/{values['repository_id']}")


def _grant(locate: Callable[[Values], str]) -> Callable[[World, Values], None]:
    """Adds an IAM member; one under a condition grants nothing here, since no API of the stand-in has one."""

    def add(world: World, values: Values) -> None:
        if not values.get("condition"):
            world.bindings.add(Binding(locate(values), values["role"], values["member"]))

    return add


# The parts of a world that Terraform's resources are kept in.
_COLLECTIONS = ("jobs", "triggers", "secrets", "bindings", "custom_roles", "accounts", "services", "repositories")
_ADDERS: dict[str, Callable[[World, Values], None]] = {
    "google_cloud_run_v2_job": _add_job,
    "google_cloud_scheduler_job": _add_trigger,
    "google_project_service": _add_service,
    "google_secret_manager_secret": _add_secret,
    "google_service_account": _add_account,
    "google_project_iam_custom_role": _add_role,
    "google_artifact_registry_repository": _add_repository,
    "google_project_iam_member": _grant(lambda values: f"projects/{values['project']}"),
    "google_secret_manager_secret_iam_member": _grant(
        lambda values: f"projects/{values['project']}/secrets/{values['secret_id'].rpartition('/')[2]}"
    ),
    "google_cloud_run_v2_job_iam_member": _grant(
        lambda values: (
            f"projects/{values['project']}/locations/{values['location']}/jobs/{values['name'].rpartition('/')[2]}"
        )
    ),
}
