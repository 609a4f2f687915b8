"""alerts: nobody is notified twice by one run, and `done` means that everybody was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random

from sandbox.admin_api import Notification
from tests.campaigns.faulty_transport import FaultyTransport
from tests.campaigns.scenarios.platform import Platform

DUE = [Notification("org_a", "cost_threshold"), Notification("org_a", "budget_percent")]
# After these the service surely did not act on the request.
HARMLESS = {"not_sent", "too_many", "maintenance"}


def play(platform: Platform, seed: str, show: Callable[[FaultyTransport], object] = lambda _: None) -> None:
    """Two alerts are due, perhaps with an organization whose alerts cannot be evaluated; `show` sees the transport."""
    random = Random(f"alerts {seed}")
    platform.begin(random)
    state = platform.state
    state.bootstrap()
    state.add_organizations("org_a", "org_b")
    state.organizations["org_a"].due_alerts = [each.alert_type for each in DUE]
    state.organizations["org_b"].alert_error = random.choice(("", "", "boom"))
    state.organizations["org_a"].delivers = random.random() < 0.8
    options = random.choice(([], [], ["--dry-run"]))
    transport = FaultyTransport(seed, platform.clock)
    show(transport)
    run = platform.run(transport, "alerts", *options)
    assert max(Counter(state.notifications).values(), default=0) <= 1, "notified twice"
    if options:
        assert state.notifications == []
        return
    assert {each.trouble for each in run.sent[:-1]} <= HARMLESS, "sent again although it may have been processed"
    assert len({each.call for each in run.sent}) == 1
    if run.exit_status == 0:
        assert (state.notifications, state.organizations["org_b"].alert_error) == (DUE, "")
    elif run.summary["counts"] and state.notifications:
        assert "may notify twice" in run.summary["remedy"], run.summary
    elif state.notifications and not run.summary["counts"]:
        # No answer was understood, and yet somebody was notified.
        assert "may notify twice" in run.summary["remedy"], run.summary
