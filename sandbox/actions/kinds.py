"""The ways in which services break."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from runtime.process.errors import UsageError
from sandbox.actions.data_faults import (
    Undo,
    add_bad_migration,
    block_table,
    deliver_nothing,
    drop_quota_table,
    fail_organization,
    hide_tracking_table,
    use_up_quota,
)
from sandbox.control_plane.world.world import Version
from sandbox.faults import Fault, Faults
from sandbox.faults import Kind as Wire
from sandbox.local_cloud import LocalCloud

SERVICES = ("api", "supabase", "bigquery", "cloud")
SLOW_SECONDS = 5.0
PAGE = "<html><head><title>{0} of a proxy</title></head><body>{0} of a proxy</body></html>"
SECRETS = {"api": "CA_ROOT_API_KEY", "supabase": "SUPABASE_ACCESS_TOKEN"}
# Well-formed, and nobody's.
WRONG_KEYS = {"api": "a-key-that-the-service-does-not-take", "supabase": f"sbp_{'f' * 40}"}
DENIED = ("bigquery.tables.getData", "bigquery.tables.updateData")


@dataclass(frozen=True, slots=True)
class Kind:
    """`begin` breaks the service and gives back what ends it; `{word}` in `means` is what was typed."""

    means: str
    begin: Callable[[LocalCloud, str, str], Undo]


def find_kind(service: str, word: str) -> Kind:
    """Raises UsageError, with what can be typed instead."""
    if service not in SERVICES:
        raise UsageError(f"there is no service {service!r}", f"one of {', '.join(SERVICES)}")
    if word.isdigit():
        if not 400 <= int(word) <= 599:
            raise UsageError(f"{word} is not an HTTP error status", "400 to 599, such as 503")
        return KINDS["*", "STATUS"]
    found = KINDS.get((service, word)) or KINDS.get(("*", word))
    if found is None or word == "STATUS":
        others = [other for other, name in KINDS if name == word]
        known = ", ".join(name for other, name in KINDS if other in (service, "*"))
        step = f"sandbox break {others[0]} {word}" if others and word != "STATUS" else f"one of {known}"
        raise UsageError(f"{service} has no fault {word!r}", step)
    return found


def _faults_of(cloud: LocalCloud, service: str) -> list[Faults]:
    services = cloud.services
    return {
        "api": [api.server.faults for api in services.apis.values()],
        "supabase": [services.supabase.faults],
        "bigquery": [services.bigquery.http.faults],
        "cloud": [cloud.plane.server.faults],
    }[service]


def _switch_on(cloud: LocalCloud, service: str, *switched_on: Fault) -> Undo:
    armed = [(faults, faults.add(fault)) for faults in _faults_of(cloud, service) for fault in switched_on]

    def undo() -> None:
        for faults, each in armed:
            faults.remove(each)

    return undo


def _fail(cloud: LocalCloud, service: str, word: str) -> Undo:
    return _switch_on(cloud, service, Fault(Wire.RESPOND, status=int(word), count=None, body=PAGE.format(word)))


def _wire(fault: Fault) -> Callable[[LocalCloud, str, str], Undo]:
    return lambda cloud, service, _word: _switch_on(cloud, service, fault)


def _put(begin: Callable[[LocalCloud], Undo]) -> Callable[[LocalCloud, str, str], Undo]:
    return lambda cloud, _service, _word: begin(cloud)


def _refuse(make: Callable[[LocalCloud], list[Fault]]) -> Callable[[LocalCloud, str, str], Undo]:
    return lambda cloud, service, _word: _switch_on(cloud, service, *make(cloud))


def _replace_keys(cloud: LocalCloud, service: str, _word: str) -> Undo:
    environments = cloud.catalog.environments.values()
    secrets = {
        f"projects/{each.project}/secrets/{cloud.catalog.secret_name(SECRETS[service], each)}" for each in environments
    }
    versions = [cloud.world.secrets[secret] for secret in sorted(secrets)]
    for each in versions:
        each.append(Version(WRONG_KEYS[service].encode()))

    def undo() -> None:
        for each in versions:
            each.pop()

    return undo


def _pause_projects(cloud: LocalCloud, _service: str, _word: str) -> Undo:
    projects = cloud.services.supabase.projects.values()

    def set_paused(*, paused: bool) -> None:
        for project in projects:
            project.paused = paused

    set_paused(paused=True)
    return partial(set_paused, paused=False)


def _set_apis(**attributes: bool) -> Callable[[LocalCloud, str, str], Undo]:
    def begin(cloud: LocalCloud, _service: str, _word: str) -> Undo:
        states = [api.state for api in cloud.services.apis.values()]

        def put(*, on: bool) -> None:
            for state in states:
                for name, value in attributes.items():
                    setattr(state, name, value is on)

        put(on=True)
        return partial(put, on=False)

    return begin


def _deny(cloud: LocalCloud, _service: str, _word: str) -> Undo:
    access = cloud.services.bigquery.access
    access.denied.update(DENIED)
    return access.denied.clear


def _deliver_twice(cloud: LocalCloud, _service: str, _word: str) -> Undo:
    triggers = cloud.plane.triggers
    triggers.deliver_twice = True
    return partial(setattr, triggers, "deliver_twice", False)


def _hold_logs(cloud: LocalCloud, _service: str, _word: str) -> Undo:
    cloud.plane.logs.hold()
    return cloud.plane.logs.release


# By service ("*": every one) and word.
KINDS: dict[tuple[str, str], Kind] = {
    ("*", "STATUS"): Kind("answers {word} to everything, with a proxy's HTML page", _fail),
    ("*", "slow"): Kind(
        f"takes {SLOW_SECONDS:.0f} s for each answer", _wire(Fault(Wire.DELAY, count=None, seconds=SLOW_SECONDS))
    ),
    ("*", "down"): Kind("closes every connection without an answer", _wire(Fault(Wire.RESET, count=None))),
    ("*", "garbage"): Kind(
        "answers with something that is no HTTP", _wire(Fault(Wire.GARBAGE, count=None, body="\x16\x03\x01 what?\n"))
    ),
    ("*", "lost-answer"): Kind(
        "carries out the next POST, and its answer is lost, once", _wire(Fault(Wire.RESET, method="POST", handled=True))
    ),
    ("api", "wrong-key"): Kind("does not take the newest version of the root key's secret", _replace_keys),
    ("api", "maintenance"): Kind("is under maintenance", _set_apis(maintenance=True)),
    ("api", "no-bigquery"): Kind("does not reach BigQuery", _set_apis(bigquery=False)),
    ("api", "failing-org"): Kind("fails with one organization: its sync and its alerts", _put(fail_organization)),
    ("api", "undelivered"): Kind("delivers no notification of the alerts that trigger", _put(deliver_nothing)),
    ("api", "stuck-table"): Kind("lacks a meta table, and cannot create it", _put(block_table)),
    ("supabase", "wrong-key"): Kind("does not take the newest version of the access token's secret", _replace_keys),
    ("supabase", "paused-project"): Kind("has paused every project", _pause_projects),
    ("supabase", "bad-migration"): Kind("gets one more migration, whose SQL fails", _put(add_bad_migration)),
    ("supabase", "no-tracking"): Kind("has tables, but no tracking table any more", _put(hide_tracking_table)),
    ("bigquery", "denied"): Kind("lets nobody read or change the quota table", _deny),
    ("bigquery", "no-table"): Kind("has no quota table", _refuse(drop_quota_table)),
    ("bigquery", "quota-exceeded"): Kind("says that the project's quota is used up", _refuse(use_up_quota)),
    ("cloud", "twice"): Kind("delivers every trigger twice", _deliver_twice),
    ("cloud", "late-logs"): Kind("shows no new log entry until it is healed", _hold_logs),
}
