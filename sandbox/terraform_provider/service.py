"""The calls of plugin protocol 5, answered."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from sandbox.terraform_provider.applying import Applier
from sandbox.terraform_provider.codec import Object, decode
from sandbox.terraform_provider.messages import MESSAGES
from sandbox.terraform_provider.planning import plan_change
from sandbox.terraform_provider.reading import import_state, read_data, refresh
from sandbox.terraform_provider.replies import address, describe, pack, report
from sandbox.terraform_provider.rules import RULES
from sandbox.terraform_provider.rules.rule import RefusedError
from sandbox.terraform_provider.schema import load_schema
from sandbox.terraform_provider.settings import ProviderSettings, read_settings
from sandbox.terraform_provider.validation import Problem, find_problems
from sandbox.terraform_provider.world import World

# As the real provider says: Terraform then keeps the schema that it has, and asks for it once a command.
_CAPABILITIES = MESSAGES["ServerCapabilities"](get_provider_schema_optional=True)


class ProviderService:
    """One configured provider: a method per call. `world` says where the cloud's state is kept."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._schema = load_schema()
        self._settings = ProviderSettings()

    def get_metadata(self, _request: Any) -> Any:
        return MESSAGES["Metadata"](server_capabilities=_CAPABILITIES)

    def get_schema(self, _request: Any) -> Any:
        return _describe_all()

    def prepare_provider_config(self, request: Any) -> Any:
        return MESSAGES["PrepareReply"](prepared_config=request.config)

    def configure(self, request: Any) -> Any:
        self._settings = read_settings(decode(request.config.msgpack))
        return MESSAGES["Outcome"]()

    def validate_resource(self, request: Any) -> Any:
        block, rules = self._schema.resources[request.type_name].block, RULES[request.type_name]
        problems = find_problems(block, rules, decode(request.config.msgpack))
        return MESSAGES["Outcome"](diagnostics=[report(problem) for problem in problems])

    def validate_data_source(self, _request: Any) -> Any:
        return MESSAGES["Outcome"]()

    def upgrade_resource_state(self, request: Any) -> Any:
        block = self._schema.resources[request.type_name].block
        return MESSAGES["UpgradeReply"](upgraded_state=pack(block.conform(json.loads(request.raw_state.json))))

    def read_resource(self, request: Any) -> Any:
        block, rules = self._schema.resources[request.type_name].block, RULES[request.type_name]
        state = refresh(request.type_name, block, rules, decode(request.current_state.msgpack), self.world.load())
        return MESSAGES["ReadReply"](new_state=pack(state), private=request.private)

    def plan_resource_change(self, request: Any) -> Any:
        kind = request.type_name
        block, rules = self._schema.resources[kind].block, RULES[kind]
        prior, proposed = decode(request.prior_state.msgpack), decode(request.proposed_new_state.msgpack)
        if proposed is None:
            return MESSAGES["PlanReply"](planned_state=pack(None), planned_private=request.prior_private)
        plan = plan_change(kind, block, rules, prior, proposed, self._settings)
        return MESSAGES["PlanReply"](
            planned_state=pack(plan.planned),
            requires_replace=[address((name,)) for name in plan.replaced_by],
            planned_private=request.prior_private,
            diagnostics=[report(Problem(f"{name}: required field is not set")) for name in plan.missing],
            legacy_type_system=True,
        )

    def apply_resource_change(self, request: Any) -> Any:
        prior, planned = decode(request.prior_state.msgpack), decode(request.planned_state.msgpack)
        with self.world.change() as cloud:
            kind = request.type_name
            applier = Applier(kind, self._schema.resources[kind].block, RULES[kind], cloud)
            state, failure = _apply(applier, prior, planned)
        problems = [Problem(failure)] if failure else []
        return MESSAGES["ApplyReply"](
            new_state=pack(state),
            private=request.planned_private,
            diagnostics=[report(problem) for problem in problems],
            legacy_type_system=True,
        )

    def import_resource_state(self, request: Any) -> Any:
        kind = request.type_name
        block, projects = self._schema.resources[kind].block, self.world.load().projects
        state = import_state(block, RULES[kind], request.id, self._settings, projects)
        return MESSAGES["ImportReply"](imported_resources=[MESSAGES["Imported"](type_name=kind, state=pack(state))])

    def read_data_source(self, request: Any) -> Any:
        block, config = self._schema.data_sources[request.type_name].block, decode(request.config.msgpack)
        try:
            values = read_data(request.type_name, block, config, self._settings, self.world.load())
        except LookupError as error:
            return MESSAGES["DataReply"](diagnostics=[report(Problem(str(error)))])
        return MESSAGES["DataReply"](state=pack(values))

    def stop(self, _request: Any) -> Any:
        return MESSAGES["StopReply"]()


# RPC: request message, method.
CALLS: Mapping[str, tuple[str, Callable[[ProviderService, Any], Any]]] = {
    "GetMetadata": ("Empty", ProviderService.get_metadata),
    "GetSchema": ("Empty", ProviderService.get_schema),
    "PrepareProviderConfig": ("PrepareRequest", ProviderService.prepare_provider_config),
    "ValidateResourceTypeConfig": ("ValidateRequest", ProviderService.validate_resource),
    "ValidateDataSourceConfig": ("ValidateRequest", ProviderService.validate_data_source),
    "UpgradeResourceState": ("UpgradeRequest", ProviderService.upgrade_resource_state),
    "Configure": ("ConfigureRequest", ProviderService.configure),
    "ReadResource": ("ReadRequest", ProviderService.read_resource),
    "PlanResourceChange": ("PlanRequest", ProviderService.plan_resource_change),
    "ApplyResourceChange": ("ApplyRequest", ProviderService.apply_resource_change),
    "ImportResourceState": ("ImportRequest", ProviderService.import_resource_state),
    "ReadDataSource": ("DataRequest", ProviderService.read_data_source),
    "Stop": ("Empty", ProviderService.stop),
}


@cache
def _describe_all() -> Any:
    """The same for every service; Terraform asks for it several times a command."""
    schema = load_schema()
    return MESSAGES["Schemas"](
        provider=describe(schema.provider),
        resource_schemas={kind: describe(each) for kind, each in schema.resources.items()},
        data_source_schemas={kind: describe(each) for kind, each in schema.data_sources.items()},
        server_capabilities=_CAPABILITIES,
    )


def _apply(applier: Applier, prior: Object | None, planned: Object | None) -> tuple[Object | None, str]:
    if planned is None:
        assert prior is not None, "Terraform asked to change nothing into nothing"
        failure = applier.delete(prior)
        return (prior if failure else None), failure
    try:
        return applier.create(planned) if prior is None else applier.update(prior, planned)
    except RefusedError as error:
        return prior, applier.describe(error, "creating" if prior is None else "updating")
