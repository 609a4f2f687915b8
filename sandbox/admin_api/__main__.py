"""The admin API as a separate process: python -m sandbox.admin_api."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from sandbox.admin_api import ROOT_KEY, AdminState, serve_admin_api
from sandbox.standalone import announce_and_wait


def main() -> None:
    """Serves a new state; prints its address as one line of JSON."""
    options = _parse()
    state = AdminState(key=options.root_key, quota_prefix=options.quota_prefix)
    state.latency["/api/v1/"] = options.latency
    if options.today:
        ahead = options.today - datetime.now(UTC)
        state.now = lambda: datetime.now(UTC) + ahead
    if options.bootstrapped:
        state.bootstrap()
    slugs = [f"org_{number:04d}" for number in range(1, options.organizations + 1)]
    state.import_organizations(slugs) if options.one_moment else state.add_organizations(*slugs)
    state.reset_seconds, state.last_page = options.reset_seconds, options.last_page
    state.empty_pages.update(options.empty_page)
    for organization in state.organizations.values():
        organization.due_alerts = ["cost_threshold"]
        organization.delivers = not options.undelivered
    for slug in options.unlistable:
        state.organizations[slug].default_currency = None
    if options.extra_columns and state.meta.tables:
        for columns in state.meta.tables.values():
            columns.add("dropped_in_the_meantime")
    announce_and_wait(serve_admin_api(state, port=options.port, capacity=options.capacity))


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.admin_api", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--root-key", default=ROOT_KEY, help="the key that callers need")
    parser.add_argument("--organizations", type=int, default=5, help="how many there are, each with one due alert")
    parser.add_argument("--bootstrapped", action="store_true", help="start with the meta tables in place")
    parser.add_argument("--quota-prefix", default="/quota", choices=["/quota", "/admin/quota"])
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--capacity", type=int, default=None, help="requests handled at a time; 1 is the real service")
    parser.add_argument(
        "--today", type=_parse_day, default=None, help="YYYY-MM-DD, the day that the service takes today for"
    )
    parser.add_argument("--undelivered", action="store_true", help="no notification reaches anybody")
    parser.add_argument("--extra-columns", action="store_true", help="tables have columns of earlier versions")
    parser.add_argument("--one-moment", action="store_true", help="organizations of one creation time: pages overlap")
    parser.add_argument("--unlistable", action="append", default=[], metavar="SLUG", help="a page with it is a 500")
    parser.add_argument(
        "--last-page", type=int, default=None, help="the page after which the list says it is at its end"
    )
    parser.add_argument("--empty-page", type=int, action="append", default=[], help="a page that shows nothing")
    parser.add_argument(
        "--reset-seconds", type=float, default=0.0, help="of a reset-daily; the front end waits for 300"
    )
    return parser.parse_args()


def _parse_day(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)


if __name__ == "__main__":
    main()
