"""sandbox orgs: how many organizations an environment's API has."""

from __future__ import annotations

from runtime.process.errors import UsageError
from sandbox.actions.action import Action, Lines, Sandbox
from sandbox.admin_api import AdminState
from sandbox.services import name_organization

# What one process can hold and list without being the bottleneck.
MOST = 100_000


def perform(sandbox: Sandbox, words: list[str]) -> Lines:
    """New ones have a dataset without tables, as when an organization has just signed up."""
    environment, numbers = sandbox.split_environment(words)
    if len(numbers) != 1 or not numbers[0].isdigit() or not 0 < int(numbers[0]) <= MOST:
        raise UsageError("how many organizations?", f"sandbox orgs 5000, from 1 to {MOST}")
    state = sandbox.cloud.services.api_of(environment).state
    before = len(state.active_slugs())
    _set_count(state, int(numbers[0]))
    yield f"{environment.name} has {len(state.active_slugs())} active organizations, {before} before"
    if len(state.active_slugs()) > before:
        yield f"the new ones have no tables yet: bin/run-job {environment.name} org-sync-all"
    return 0


def _set_count(state: AdminState, count: int) -> None:
    """Adds new ones, or removes the newest."""
    active = state.active_slugs()
    for slug in active[count:]:
        del state.organizations[slug]
    number = 0
    while len(active) < count:
        if name_organization(number) not in state.organizations:
            active.append(name_organization(number))
            state.add_organizations(active[-1])
        number += 1


ORGANIZATIONS = Action("orgs 5000 [ENV]", "the API has so many active organizations", perform)
