"""sandbox break breaks what it names until it is healed, by the wire or by the service's own state."""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit

import pytest

from sandbox.actions.kinds import KINDS, SERVICES
from tests.sandbox.actions.conftest import Visitor

STAGE = "stage"


def ask(visitor: Visitor, path: str = "/health", method: str = "GET") -> int | str:
    """The status of stage's API, or the name of what was wrong with the connection."""
    url = visitor.cloud.services.api_of(visitor.cloud.catalog.environments[STAGE]).server.url
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
    try:
        connection.request(method, path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return type(error).__name__
    finally:
        connection.close()


def test_a_status_is_answered_until_it_is_healed(visitor: Visitor) -> None:
    """To every request, health included."""
    assert visitor.act("break api 503") == (
        0,
        "api answers 503 to everything, with a proxy's HTML page, until `sandbox heal`",
    )
    assert [ask(visitor), ask(visitor)] == [503, 503]
    assert visitor.act("heal") == (0, "healed: api 503")
    assert ask(visitor) == 200
    assert visitor.act("heal") == (0, "nothing was broken")


def test_for_heals_by_itself(visitor: Visitor) -> None:
    """After these seconds, and not what else is broken."""
    visitor.act("break bigquery denied")
    status, output = visitor.act("break api 500 --for 30s")
    assert (status, output.endswith(", for 30 s"), [seconds for seconds, _ in visitor.timers]) == (0, True, [30.0])
    visitor.timers[0][1]()
    assert ask(visitor) == 200
    assert "broken: bigquery lets nobody" in visitor.act("status")[1]
    assert visitor.act("break --for=2m api 500")[1].endswith(", for 2 m")


def test_a_job_meets_the_wrong_key_and_then_the_right_one(visitor: Visitor) -> None:
    """It is the newest version of the secret, as after a rotation that went wrong."""
    visitor.act("break api wrong-key")
    status, output = visitor.run("bin/run-job stage stale-cleanup")
    assert (status, "answered 403: Invalid root API key" in output) == (1, True), output
    visitor.act("heal")
    assert visitor.run("bin/run-job stage stale-cleanup")[0] == 0


def test_migrate_meets_a_paused_project(visitor: Visitor) -> None:
    """The status goes back to what it was."""
    visitor.act("break supabase paused-project")
    status, output = visitor.run("bin/run-job stage migrate")
    assert (status != 0, "paused" in output) == (True, True), output
    visitor.act("heal")
    assert visitor.run("bin/run-job stage migrate")[0] == 0


def test_an_answer_is_lost_once_after_the_work_was_done(visitor: Visitor) -> None:
    """The service has acted, the client cannot know."""
    visitor.act("break api lost-answer")
    assert ask(visitor, "/api/v1/admin/bootstrap", "POST") in ("ConnectionResetError", "RemoteDisconnected")
    assert ask(visitor, "/api/v1/admin/bootstrap", "POST") == 401


def test_triggers_are_delivered_twice(visitor: Visitor) -> None:
    """As at-least-once allows."""
    visitor.act("break cloud twice")
    visitor.act("tick stale-cleanup")
    assert len(visitor.cloud.plane.executions.runs) == 2


@pytest.mark.parametrize("service", SERVICES)
def test_every_fault_of_a_service_can_be_healed(visitor: Visitor, service: str) -> None:
    """Or is refused with the words that would be taken."""
    for word in sorted({"500", *(name for _, name in KINDS)} - {"STATUS"}):
        status, output = visitor.act(f"break {service} {word}")
        assert status in (0, 2)
        assert status == 0 or output.startswith(f"sandbox: {service} has no fault {word!r} - ")
        visitor.act("heal")
        assert (visitor.act("status")[1].splitlines()[-1], ask(visitor)) == ("  nothing is broken", 200), word


def test_alone_it_lists_what_can_be_broken(visitor: Visitor) -> None:
    """All of it."""
    status, output = visitor.act("break")
    assert (status, [name for _, name in KINDS if name not in output]) == (0, [])


@pytest.mark.parametrize(
    ("typed", "output"),
    [
        ("break api paused-project", "api has no fault 'paused-project' - sandbox break supabase paused-project"),
        ("break pai 503", "there is no service 'pai' - one of api, supabase, bigquery, cloud"),
        ("break api 200", "200 is not an HTTP error status - 400 to 599, such as 503"),
        ("break api", "what goes wrong with api? - sandbox break api 503; sandbox break lists all"),
        ("break slow", "slow of which service? - sandbox break api slow; sandbox break lists all"),
        ("break everything", "there is no service or fault 'everything' - sandbox break lists what can be broken"),
        ("break api 503 --for", "--for how long? - --for 30s"),
        ("break api 503 --for soon", "'soon' is not a length of time - 30s, 5m, 2h or 1d"),
        ("heal api", "'api' is unexpected - see sandbox help"),
        ("brake api 503", "there is no 'brake' - sandbox break"),
    ],
)
def test_mistakes_are_explained_in_a_line(visitor: Visitor, typed: str, output: str) -> None:
    assert visitor.act(typed) == (2, f"sandbox: {output}")


def test_the_service_may_be_left_out_if_only_one_has_the_fault(visitor: Visitor) -> None:
    assert visitor.act("break paused-project") == (0, "supabase has paused every project, until `sandbox heal`")
