"""sandbox tick starts jobs as Cloud Scheduler does, and says how they ended."""

from __future__ import annotations

import json

from sandbox.terraform_provider.installation import CHECKOUT
from tests.sandbox.actions.conftest import Visitor

JOBS = json.loads((CHECKOUT / "jobs.json").read_text(encoding="utf-8"))["jobs"]
SCHEDULED = [job["name"] for job in JOBS if job["cron"]]
MANUAL = next(job["name"] for job in JOBS if not job["cron"])


def test_all_is_every_job_of_the_catalog_that_has_a_trigger(visitor: Visitor) -> None:
    """Each on its own line, in the catalog's order, with what it did; 0 if all ended well."""
    status, output = visitor.act("tick all")
    assert (status, [line.split()[0] for line in output.splitlines()[1:]]) == (0, SCHEDULED), output
    assert "40 orgs processed" in output


def test_a_job_that_fails_is_a_failure_with_its_reason(visitor: Visitor) -> None:
    """And where to look next."""
    visitor.act("break api wrong-key")
    status, output = visitor.act("tick quota-reset")
    assert status == 1
    assert "answered 403: Invalid root API key" in output
    assert output.endswith("why: bin/list-jobs stage quota-reset; what is broken: sandbox status")


def test_a_paused_trigger_starts_nothing(visitor: Visitor) -> None:
    """As in the cloud, a tick passes it over."""
    assert visitor.run("bin/pause stage alerts --reason budget")[0] == 0
    assert visitor.act("tick alerts") == (0, "alerts: its trigger in stage is paused, nothing starts")
    assert visitor.cloud.plane.executions.runs == []


def test_a_start_that_cloud_run_refuses_is_a_failure(visitor: Visitor) -> None:
    """No execution comes of it."""
    visitor.act("break cloud 503")
    status, output = visitor.act("tick alerts")
    assert (status, output.startswith("alerts: Cloud Scheduler could not start it: ")) == (1, True)


def test_mistakes_are_explained_in_a_line(visitor: Visitor) -> None:
    """A job without a trigger, one that is none, none at all, an environment that was not applied, two at once."""
    output = {
        f"tick {MANUAL}": f"sandbox: {MANUAL} has no trigger, people start it - bin/run-job stage {MANUAL}",
        "tick": f"sandbox: which job? - sandbox tick {SCHEDULED[0]}, or sandbox tick all",
        "tick alerts prod": "sandbox: prod has no trigger for alerts - bin/create-all-jobs prod",
        "tick alerts prod stage": "sandbox: prod and stage: one environment at a time - see sandbox help",
    }
    visitor.cloud.services.api_of(visitor.cloud.catalog.environments["prod"]).state.bootstrap()
    assert {typed: visitor.act(typed) for typed in output} == {typed: (2, line) for typed, line in output.items()}
    status, line = visitor.act("tick no-such-job")
    assert (status, "no-such-job" in line, line.count("\n")) == (2, True, 0)


def test_jobs_that_would_try_in_vain_are_announced(visitor: Visitor) -> None:
    """Before the first release they get nothing but errors, for minutes."""
    visitor.cloud.services.reset()
    visitor.act("break api wrong-key")
    assert visitor.act("tick stale-cleanup")[1].startswith(
        "stage is not bootstrapped, so its jobs fail, some after minutes: "
    )
