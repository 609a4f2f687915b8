"""A lost state, an installation that is partly there, another name in the state: nothing is made twice, or lost."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from operations.terraform.kinds import KINDS
from sandbox.terraform.estate import ENVIRONMENTS, JOBS
from tests.operations.terraform.inventory import count_resources, is_settled, read_uids
from tests.support.workplace import Workplace
from tests.terraform.expected import PREFIXES, SCHEDULED

PROJECT = ENVIRONMENTS["stage"]["project"]
# Prod's, or the preparation's.
SHARED = {"google_secret_manager_secret", "google_artifact_registry_repository"}
WAITED_FOR = {name for job in JOBS.values() for name in job["waits_for"]}


def belongs_to_stage(values: Any) -> bool:
    """Its project is test's too, and the names of test are longer."""
    of_test = f"{PREFIXES['test'].replace('-', '[-_]')}(?![a-z])"
    return bool(values["project"] == PROJECT and not re.search(of_test, json.dumps(values)))


def test_a_lost_state_is_made_up_for_in_one_run(installed: Workplace) -> None:
    """No conflict for an account, no second alert policy, channel or dashboard: all is as it was.

    Of two policies of one name, as an earlier run without a state made them, one is taken over, the other named.
    Of stage, whose names begin as test's do in their project, all kinds are taken over below.
    """
    name = "prod"
    channel = {"type": "sms", "labels": {"number": "+15551234567"}}
    channels = {"notification_channels": {"on-call": channel}}
    project, prefix = ENVIRONMENTS[name]["project"], ENVIRONMENTS[name]["name_prefix"]
    identifier, second = (f"projects/{project}/{which}" for which in ("notificationChannels/1", "alertPolicies/2"))
    made = {"project": project, "name": identifier, "display_name": f"{prefix}: on-call", "enabled": True, **channel}
    with installed.world.change() as cloud:
        cloud.put("google_monitoring_notification_channel", identifier, made)
        policies = cloud.list_all("google_monitoring_alert_policy")
        first = next(each for each in policies if each["project"] == project)
        cloud.put("google_monitoring_alert_policy", second, dict(first))
    (installed.root(name) / "channels.auto.tfvars.json").write_text(json.dumps(channels), encoding="utf-8")
    with (installed.root(name) / f"{name}.tfvars").open("r+", encoding="utf-8") as file:
        values = file.read().replace("notification_channels = {}", "")
        file.seek(0)
        file.truncate()
        file.write(values)
    before = count_resources(installed)
    (installed.root(name) / "terraform.tfstate").unlink()
    done = installed.run("create-all-jobs", name, answer="yes\n")
    assert done.status == 0
    assert before == count_resources(installed)
    for noun in ("1 notification channel", "alert policies", "service accounts", "2 roles", "1 metric", "1 dashboard"):
        assert noun in done.output.partition("To be taken over: ")[2].partition("\n")[0]
    assert f"Another alert policy has the name of projects/{project}/alertPolicies/" in done.output
    assert f"  gcloud alpha monitoring policies delete {second}\n" in done.output
    again = installed.run("create-all-jobs", name)
    assert (0, True) == (again.status, "No changes." in again.output)


PARTS: dict[str, Callable[[str, int], bool]] = {
    "jobs without triggers": lambda kind, _: kind != "google_cloud_scheduler_job",
    "service accounts alone": lambda kind, _: kind == "google_service_account",
    "every second thing of each kind": lambda _, index: index % 2 == 0,
}


@pytest.mark.parametrize("part", PARTS)
def test_part_of_an_installation_is_taken_over_and_the_rest_is_made(part: str, installed: Workplace) -> None:
    """An apply that ended in the middle, and its state was lost; or half of it was removed by hand."""
    whole = count_resources(installed)
    (installed.root("stage") / "terraform.tfstate").unlink()
    with installed.world.change() as cloud:
        for kind in KINDS.keys() - SHARED:
            own = [name for name, values in cloud.resources.get(kind, {}).items() if belongs_to_stage(values)]
            for index, name in enumerate(sorted(own)):
                if not PARTS[part](kind, index):
                    cloud.remove(kind, name)
    done = installed.run("create-all-jobs", "stage")
    assert (0, "") == (done.status, done.errors)
    assert whole == count_resources(installed)
    assert is_settled(installed, "stage")


def test_a_job_with_another_short_name_stays_the_same_job(installed: Workplace) -> None:
    """Its trigger and alerts too: what the state has under the old name is moved, not taken over and then removed."""
    uids, whole = read_uids(installed), count_resources(installed)
    rename(installed, next(name for name in SCHEDULED if name not in WAITED_FOR), "renamed")
    done = installed.run("create-all-jobs", "stage")
    assert (0, "") == (done.status, done.errors)
    assert "taken over" not in done.output
    assert (uids, whole) == (read_uids(installed), count_resources(installed))
    assert is_settled(installed, "stage")


def rename(workplace: Workplace, job: str, name: str) -> None:
    """Gives the job another short name, in the catalog and of its file."""
    catalog = workplace.folder / "jobs.json"
    catalog.write_text(catalog.read_text().replace(f'"name": "{job}"', f'"name": "{name}"'))
    folder = workplace.folder / "runtime" / "jobs" / JOBS[job]["kind"]
    (folder / f"{job.replace('-', '_')}.py").rename(folder / f"{name}.py")
