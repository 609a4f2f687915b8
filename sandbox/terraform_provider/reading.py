"""What the cloud says about a resource: refresh, import, data sources."""

from __future__ import annotations

import string
from collections.abc import Mapping

from sandbox.terraform_provider.codec import Object
from sandbox.terraform_provider.planning import fill_defaults
from sandbox.terraform_provider.rules import RULES
from sandbox.terraform_provider.rules.rule import VIRTUAL, Rules
from sandbox.terraform_provider.schema import Block
from sandbox.terraform_provider.settings import ProviderSettings
from sandbox.terraform_provider.templates import fill_template
from sandbox.terraform_provider.world import Cloud


def refresh(kind: str, block: Block, rules: Rules, state: Object, cloud: Cloud) -> Object | None:
    """The state as the cloud has it now, None if the resource is gone; what only Terraform knows is kept."""
    found = cloud.find(kind, state["id"])
    if found is None:
        return None
    kept = {name: value for name, value in state.items() if name in VIRTUAL or name in rules.unread}
    return block.conform({**found, **kept})


def import_state(
    block: Block, rules: Rules, text: str, settings: ProviderSettings, projects: Mapping[str, str]
) -> Object:
    """A state with the id that the text names, in full or by its last parts, for the refresh that follows."""
    identifier = _complete(rules.id, text.strip().replace(" ", "/"), settings)
    if "{number}" in rules.id:  # known by the project's number, imported by its id
        head, project, *rest = identifier.split("/")
        identifier = "/".join((head, projects.get(project, project), *rest))
    unread = {name: getattr(settings, name) or "" for name in rules.unread}
    state = block.conform({"id": identifier, "deletion_policy": settings.deletion_policy, **unread})
    fill_defaults(block, rules, state)
    return state


def _complete(template: str, text: str, settings: ProviderSettings) -> str:
    names = [name.partition(".")[0] for _text, name, _spec, _conversion in string.Formatter().parse(template) if name]
    fallbacks = {"project": settings.project, "location": settings.region, "region": settings.region}
    parts = text.split("/")
    if text.startswith("projects/") or "role" in names or len(parts) > len(names):
        return text
    values: Object = {name: fallbacks.get(name) for name in names}
    values.update(zip(names[-len(parts) :], parts, strict=True))
    completed = fill_template(template, "", values, {})
    return completed if isinstance(completed, str) else text


def read_data(kind: str, block: Block, config: Object, settings: ProviderSettings, cloud: Cloud) -> Object:
    """A data source's values. Raises LookupError with what was not found."""
    project = config.get("project_id") or config.get("project") or settings.project
    if kind == "google_client_config":
        return block.conform({"id": f"projects/{project}", "project": project, "region": settings.region})
    if kind == "google_project":
        number = cloud.projects.get(project or "")
        if number is None:
            raise LookupError(f"project {project} was not found")
        return block.conform({"id": f"projects/{project}", "name": project, "project_id": project, "number": number})
    return block.conform(_look_up(kind, {**config, "project": project}, cloud))


def _look_up(kind: str, values: Object, cloud: Cloud) -> Object:
    """The resource of the data source's type that has the given attributes."""
    rules = RULES.get(kind)
    if rules is None:
        raise LookupError(f"the stand-in provider has no data source {kind}")
    for name, template in rules.planned.items():
        values[name] = fill_template(template, kind, values, cloud.projects)
    identifier = fill_template(rules.id, kind, values, cloud.projects)
    found = cloud.find(kind, identifier)
    if found is None:
        raise LookupError(f"{identifier} was not found")
    return {**found, **{name: value for name, value in values.items() if value is not None}}
