"""An earlier installation, made without Terraform, is taken over in one run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from operations.terraform.existing import Existing
from operations.terraform.kinds import KINDS
from operations.terraform.takeover import IMPORTS, describe_takeover, fresh_imports, render_imports
from runtime.process.errors import ConfigurationError
from sandbox.terraform.estate import CATALOG, JOBS, choose_image, image_of, variables_of
from sandbox.terraform_provider.server import ProviderServer
from tests.operations.terraform.inventory import count_resources, is_settled, read_uids
from tests.support.done import Done
from tests.support.earlier_installation import LEFT_BEHIND, OTHER_TEAMS, install_earlier
from tests.support.workplace import Workplace, open_workplace

SCHEDULED = [name for name, job in JOBS.items() if job["cron"]]
TAKEN_OVER = f"{len(JOBS)} jobs, {len(SCHEDULED)} triggers, {len(CATALOG['secrets'])} secrets, 1 registry"


PAUSED = {"paused": True, "state": "PAUSED", "description": "Paused by hand: an incident"}


def leave_earlier(workplace: Workplace) -> None:
    """The project as gcloud scripts left it; Terraform has never seen it."""
    install_earlier(workplace.world, "stage")
    with workplace.world.change() as cloud:
        next(iter(cloud.list_all("google_cloud_scheduler_job"))).update(PAUSED)
    choose_image(workplace.root("stage"), image_of("stage"))


@pytest.fixture
def earlier(workplace: Workplace) -> Workplace:
    leave_earlier(workplace)
    return workplace


@dataclass(frozen=True)
class TakenOver:
    """An earlier installation, before and after one run and the same again."""

    resources: dict[str, int]
    uids: dict[str, str]
    done: Done
    again: Done
    workplace: Workplace


@pytest.fixture(scope="module")
def taken_over(tmp_path_factory: pytest.TempPathFactory, provider: ProviderServer) -> TakenOver:
    """Made once, to be looked at."""
    workplace = open_workplace(tmp_path_factory.mktemp("taken-over"), provider)
    leave_earlier(workplace)
    resources, uids = count_resources(workplace), read_uids(workplace)
    done, again = (workplace.run("create-all-jobs", "stage") for _ in range(2))
    return TakenOver(resources, uids, done, again, workplace)


def test_an_earlier_installation_is_taken_over_in_one_run(taken_over: TakenOver) -> None:
    """The jobs keep their uid and so their history; nothing is made twice, and nothing is left to do."""
    assert (0, "") == (taken_over.done.status, taken_over.done.errors)
    assert f"\nTo be taken over: {TAKEN_OVER}.\n" in taken_over.done.output
    assert taken_over.uids == read_uids(taken_over.workplace)
    after = count_resources(taken_over.workplace)
    for kind in ("google_cloud_run_v2_job", "google_cloud_scheduler_job", "google_secret_manager_secret"):
        assert taken_over.resources[kind] == after[kind]
    assert not (taken_over.workplace.root("stage") / "imports.tf").exists()

    again = taken_over.again
    assert (0, True, False) == (again.status, "No changes." in again.output, "taken over" in again.output)


def test_a_pipe_gets_one_line_a_phase(taken_over: TakenOver) -> None:
    """Never a line for each resource that is looked at or made; on a terminal test_progress.py looks at it."""
    lines = taken_over.done.output.splitlines()
    assert [line.split()[0] for line in lines if line.endswith(" ...")] == ["Planning", "Applying"]
    assert [line for line in lines if "Refreshing state" in line or ": Creat" in line] == []
    assert sum(line.startswith(("Plan: ", "Apply complete!")) for line in lines) == 2


def test_a_paused_trigger_stays_paused_with_its_reason(taken_over: TakenOver) -> None:
    """It was paused for a reason that a takeover does not know."""
    triggers = taken_over.workplace.world.load().list_all("google_cloud_scheduler_job")
    assert [PAUSED] == [{name: each.get(name) for name in PAUSED} for each in triggers if each["paused"]]


def test_the_jobs_that_are_taken_over_run_what_ours_run(taken_over: TakenOver) -> None:
    """Image, account and arguments are ours afterwards, and the triggers' account too."""
    cloud = taken_over.workplace.world.load()
    for name, job in JOBS.items():
        place = f"projects/cloudact-testing-1/locations/us-central1/jobs/cloudact-{job['cloud_run_job']}"
        found = cloud.find("google_cloud_run_v2_job", place)
        assert found is not None
        container = found["template"][0]["template"][0]["containers"][0]
        assert (image_of("stage"), [name]) == (container["image"], container["args"])


def test_what_is_left_over_is_listed_with_its_removal(taken_over: TakenOver) -> None:
    """Also what the old scripts are known to have left; what is another team's is not mentioned."""
    done = taken_over.done
    where = "--project=cloudact-testing-1"
    for name in LEFT_BEHIND:
        assert f"gcloud run jobs delete {name} {where} --region=us-central1\n" in done.output
        assert f"gcloud scheduler jobs delete {name}-trigger {where} --location=us-central1\n" in done.output
    assert [name for name in OTHER_TEAMS if name in done.output.partition("Not in the catalog")[2]] == []


def test_a_plan_shows_it_and_touches_nothing(earlier: Workplace) -> None:
    before = earlier.read_cloud()
    done = earlier.run("create-all-jobs", "stage", "--plan")
    assert (0, "") == (done.status, done.errors)
    assert done.output.endswith(f"\nTo be taken over: {TAKEN_OVER}.\n")
    assert before == earlier.read_cloud()
    assert not (earlier.root("stage") / "imports.tf").exists()


def test_an_apply_by_hand_does_the_same(earlier: Workplace) -> None:
    """`--write-imports` leaves the file that plain Terraform then reads."""
    uids = read_uids(earlier)
    done = earlier.run("create-all-jobs", "stage", "--write-imports")
    assert (0, "") == (done.status, done.errors)
    assert "terraform -chdir=terraform/environments/stage apply -var-file=stage.tfvars" in done.output
    earlier.run_terraform("stage", "apply", "-auto-approve", variables_of("stage"))
    assert uids == read_uids(earlier)
    (earlier.root("stage") / "imports.tf").unlink()
    assert is_settled(earlier, "stage")


def test_prod_takes_nothing_over_without_a_yes(workplace: Workplace) -> None:
    install_earlier(workplace.world, "prod")
    choose_image(workplace.root("prod"), image_of("prod"))
    before = workplace.read_cloud()
    done = workplace.run("create-all-jobs", "prod", answer="no\n")
    assert done.status == 1
    assert f"To be taken over: {TAKEN_OVER}." in done.output
    assert before == workplace.read_cloud()
    assert not (workplace.root("prod") / "imports.tf").exists()


def test_the_file_is_plain_import_blocks() -> None:
    found = Existing(KINDS["google_logging_metric"], 'module.a.google_logging_metric.b["c"]', "project name")
    assert render_imports([found]).endswith(
        'import {\n  to = module.a.google_logging_metric.b["c"]\n  id = "project name"\n}\n'
    )


def test_a_file_of_an_operators_own_is_left_alone(tmp_path: Path) -> None:
    """Git ignores the name, so what stands in it is nowhere else."""
    file = tmp_path / IMPORTS
    file.write_text("import {}\n")
    with pytest.raises(ConfigurationError, match="was not written by bin/create-all-jobs"), fresh_imports(tmp_path):
        pass
    assert file.read_text() == "import {}\n"

    file.write_text(render_imports([]))
    with fresh_imports(tmp_path):
        assert not file.exists()


def test_kinds_are_counted_in_words() -> None:
    policy, role = KINDS["google_monitoring_alert_policy"], KINDS["google_project_iam_custom_role"]
    found = [Existing(kind, "", "") for kind in (policy, role, policy)]
    assert describe_takeover(found) == "To be taken over: 1 role, 2 alert policies."
