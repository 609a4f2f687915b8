"""Creation, change and deletion in the cloud, with its refusals."""

from __future__ import annotations

from sandbox.terraform_provider.codec import UNKNOWN, Object, Value
from sandbox.terraform_provider.paths import find_places, find_values
from sandbox.terraform_provider.rules.rule import VIRTUAL, FailedOperationError, RefusedError, Rules
from sandbox.terraform_provider.schema import Block
from sandbox.terraform_provider.templates import digest_values, fill_template
from sandbox.terraform_provider.world import Cloud

# What every API returns under these names.
_MADE_BY_CLOUD = {
    "create_time": "2026-01-01T00:00:00.000000Z",
    "creator": "terraform@example.com",
    "generation": "1",
    "last_modifier": "terraform@example.com",
    "reconciling": False,
    "uid": "{uuid}",
    "update_time": "2026-01-01T00:00:00.000000Z",
}


class Applier:
    """Carries out the changes of one resource type in the cloud."""

    def __init__(self, kind: str, block: Block, rules: Rules, cloud: Cloud) -> None:
        self._kind, self._block, self._rules, self._cloud = kind, block, rules, cloud

    def create(self, planned: Object) -> tuple[Object, str]:
        """The new resource and the error of an operation that began and failed, if one did; it is kept anyway.

        Raises RefusedError if the cloud does not take the request: then nothing was made.
        """
        self._resolve(planned)
        self._refuse(planned)
        self._refuse_existing(planned)
        return self._begin(planned, "create", "Creating")

    def update(self, prior: Object, planned: Object) -> tuple[Object, str]:
        """The changed resource, and an error, as for a creation. Raises RefusedError."""
        self._resolve(planned)
        self._refuse(planned)
        if "generation" in planned:
            planned["generation"] = str(int(prior["generation"] or 0) + 1)
        return self._begin(planned, "update", "Updating")

    def delete(self, prior: Object) -> str:
        """What keeps the resource from being deleted, as its last applied state says, or "" after the deletion."""
        noun, policy = self._rules.noun.lower(), prior.get("deletion_policy")
        if prior.get("deletion_protection"):
            return f"cannot destroy {noun} without setting deletion_protection=false and running `terraform apply`"
        if policy == "PREVENT":
            return f'cannot destroy {noun} without setting deletion_policy="DELETE" and running `terraform apply`'
        try:
            self._rules.keep(prior, self._cloud)
        except RefusedError as error:
            return self.describe(error, "deleting")
        if policy != "ABANDON" and prior.get("disable_on_destroy", True):
            self._cloud.remove(self._kind, prior["id"])
        return ""

    def describe(self, error: RefusedError, verb: str) -> str:
        """A refusal as the provider shows it; the verb is e.g. "creating"."""
        return f"Error {verb} {self._rules.noun}: googleapi: Error {error.status}: {error}"

    def _begin(self, values: Object, verb: str, doing: str) -> tuple[Object, str]:
        noun, failure = self._rules.noun, ""
        try:
            self._rules.refuse(values, self._cloud)
        except FailedOperationError as error:
            failure = (
                f"Error waiting to {verb} {noun}: Error waiting for {doing} {noun}: "
                f"Error code {error.code}, message: {error}"
            )
        if "etag" in values:
            values["etag"] = digest_values(self._kind, {**values, "etag": None})[:16]
        kept = {name: value for name, value in values.items() if name not in VIRTUAL}
        self._cloud.put(self._kind, values["id"], kept)
        return values, failure

    def _resolve(self, values: Object) -> None:
        """Puts the cloud's values in place of the plan's unknown ones."""
        if values["id"] is UNKNOWN:
            values["id"] = self._fill(self._rules.id, values)
            if values["id"] is UNKNOWN:
                raise RefusedError(400, f"{self._rules.id}: project: required field is not set")
        for path, made in {**_MADE_BY_CLOUD, **self._rules.applied}.items():
            if "." in path or path in self._block.attributes:
                for place in find_places(self._block, values, path):
                    if place.value is UNKNOWN:
                        place.holder[place.name] = self._fill(made, values)
        _forget_unknown(self._block, values)
        for path, default in self._rules.suppressed.items():
            for place in find_places(self._block, values, path):
                if place.value is None:
                    place.holder[place.name] = default
        values.update({name: derive(values) for name, derive in self._rules.derived.items()})

    def _fill(self, made: Value, values: Object) -> Value:
        return fill_template(made, self._kind, values, self._cloud.projects) if isinstance(made, str) else made

    def _refuse(self, values: Object) -> None:
        project, rules = values.get("project"), self._rules
        if project and project not in self._cloud.projects:
            raise RefusedError(403, f"Permission denied on resource project {project} (or it may not exist).")
        if project and not self._cloud.is_enabled(project, rules.api):
            raise RefusedError(
                403,
                f"{rules.api} has not been used in project {project} before or it is disabled. Enable it, then retry.",
            )
        self._refuse_orphan(values)
        for check in rules.cloud_checks:
            for _steps, value in find_values(self._block, values, check.path):
                if problem := check.problem(value):
                    raise RefusedError(400, problem)

    def _refuse_orphan(self, values: Object) -> None:
        if self._rules.parent is None:
            return
        kind, template = self._rules.parent
        parent = self._fill(template, values)
        exists = parent in self._cloud.existing or kind == "project" or self._cloud.find(kind, parent) is not None
        if not exists:
            raise RefusedError(404, f"Resource '{parent}' was not found")

    def _refuse_existing(self, values: Object) -> None:
        existing = self._cloud.find(self._kind, values["id"])
        if existing is not None and not self._rules.repeatable and not values.get("create_ignore_already_exists"):
            raise RefusedError(409, f"Resource '{values['id']}' already exists., alreadyExists")


def _forget_unknown(block: Block, values: Object) -> None:
    for name, attribute in block.attributes.items():
        if values[name] is UNKNOWN:
            values[name] = [] if attribute.type[0] == "list" else None
    for name, nested in block.blocks.items():
        if values[name] is UNKNOWN:
            values[name] = []
        for element in nested.elements(values[name]):
            _forget_unknown(nested.block, element)
