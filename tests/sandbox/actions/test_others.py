"""sandbox orgs, status, reset and help."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sandbox.actions.dispatch import ACTIONS
from sandbox.terraform_provider.installation import CHECKOUT
from tests.sandbox.actions.conftest import Visitor

ENVIRONMENTS = json.loads((CHECKOUT / "environments.json").read_text(encoding="utf-8"))
JOBS = json.loads((CHECKOUT / "jobs.json").read_text(encoding="utf-8"))["jobs"]


def count_organizations(visitor: Visitor, environment: str) -> int:
    state = visitor.cloud.services.api_of(visitor.cloud.catalog.environments[environment]).state
    return len(state.active_slugs())


def test_organizations_come_and_go(visitor: Visitor) -> None:
    """In one environment's API; a sync finds exactly the new ones without tables."""
    assert visitor.act("orgs 5000")[1].splitlines() == [
        "stage has 5000 active organizations, 40 before",
        "the new ones have no tables yet: bin/run-job stage org-sync-all",
    ]
    assert (count_organizations(visitor, "stage"), count_organizations(visitor, "prod")) == (5000, 40)
    assert visitor.act("orgs prod 3") == (0, "prod has 3 active organizations, 40 before")
    assert visitor.act("orgs 41")[0] == 0
    assert visitor.act("orgs many")[0] == visitor.act("orgs 0")[0] == visitor.act("orgs")[0] == 2


def test_status_has_a_line_for_each_service_and_environment(visitor: Visitor) -> None:
    """With what there is in it, derived from what was applied."""
    visitor.act("tick stale-cleanup")
    status, output = visitor.act("status")
    assert status == 0
    for url in (visitor.cloud.plane.url, visitor.cloud.services.supabase.url, visitor.cloud.services.bigquery.url):
        assert url in output
    scheduled = sum(bool(job["cron"]) for job in JOBS)
    lines = {line.split()[0]: " ".join(line.split()[1:]) for line in output.splitlines() if line}
    assert lines["stage"] == f"{len(JOBS)} jobs {scheduled} triggers 1 executions 40 organizations"
    assert lines["prod"] == "0 jobs 0 triggers 0 executions 40 organizations"
    assert output.splitlines()[-1] == "  nothing is broken"
    assert set(ENVIRONMENTS) <= set(lines)


def test_reset_makes_everything_as_new(visitor: Visitor) -> None:
    """Faults, time, pauses, executions, logs, organizations, databases."""
    cloud = visitor.cloud
    visitor.act("break api 503")
    visitor.act("heal")
    for typed in ("bin/run-job stage migrate", "bin/pause stage alerts --reason x"):
        assert visitor.run(typed)[0] == 0
    visitor.act("orgs 7")
    visitor.act("break supabase slow")
    assert visitor.act("reset")[0] == 0
    assert (cloud.timeline.ahead.total_seconds(), cloud.plane.executions.runs, cloud.plane.logs.entries) == (0, [], [])
    assert {trigger.state.name for trigger in cloud.world.triggers.values()} == {"ENABLED"}
    assert count_organizations(visitor, "stage") == 40
    assert cloud.services.supabase.select("SELECT to_regclass('supabase_migrations.schema_migrations')") == [(None,)]
    assert visitor.act("status")[1].endswith("nothing is broken")
    assert "never" in visitor.run("bin/list-jobs stage")[1]


def test_help_names_every_action(visitor: Visitor) -> None:
    """Alone, and however one asks for it."""
    assert visitor.act("") == visitor.act("help") == visitor.act("tick --help")
    assert [name for name in ACTIONS if f"sandbox {name}" not in visitor.act("")[1]] == []


def test_a_change_of_terraform_is_in_the_cloud_at_once(visitor: Visitor) -> None:
    """What was paused stays paused, executions stay, and a destroyed job is gone."""
    cloud = visitor.cloud
    visitor.act("tick stale-cleanup")
    name = next(name for name in cloud.world.jobs if name.endswith("stale-cleanup"))
    with cloud.estate.world.change() as applied:
        values = applied.resources["google_cloud_run_v2_job"].pop(name)
    assert name not in cloud.world.jobs
    with cloud.estate.world.change() as applied:
        applied.put("google_cloud_run_v2_job", name, values)
    assert name in cloud.world.jobs


@pytest.mark.todays_date
def test_what_a_sandbox_cannot_do_is_reported_in_a_line(visitor: Visitor, tmp_path: Path) -> None:
    """It has no builder of images, and Terraform's states of another checkout are out of its reach."""
    assert visitor.run("bin/build-image stage") == (
        2,
        f"build-image: a sandbox builds and promotes no image: its jobs run what {CHECKOUT} holds\n",
    )
    assert "<- chosen" in visitor.run("bin/build-image stage --use")[1]
    (tmp_path / "main.tf").write_text('terraform {\n  backend "gcs" {\n    bucket = "b"\n  }\n}\n', encoding="utf-8")
    _, output = visitor.run(f"cd {tmp_path} && terraform init -no-color -input=false")
    assert f"in the sandbox Terraform works in {visitor.cloud.estate.checkout.folder}" in " ".join(output.split())
