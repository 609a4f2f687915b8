"""What no environment takes: a tag in prod, another's variables or project, a wrong value in a catalog."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox.terraform.estate import ENVIRONMENTS, JOBS, create_projects, open_environment, variables_of
from sandbox.terraform.harness import Terraform, TerraformError
from sandbox.terraform_provider.server import ProviderServer

TAGGED = {name: f"gcr.io/{ENVIRONMENTS[name]['project']}/cloudact-jobs-{name}:v1" for name in ENVIRONMENTS}


def refuse_plan(terraform: Terraform, *arguments: str) -> str:
    """What Terraform says, without its line breaks."""
    with pytest.raises(TerraformError) as refused:
        terraform.run("plan", "-no-color", *arguments)
    return " ".join(str(refused.value).split())


@pytest.mark.parametrize("name", ["test", "stage"])
def test_an_image_by_tag_is_accepted_outside_prod(name: str, roots: dict[str, Terraform]) -> None:
    assert TAGGED[name] in roots[name].run("plan", variables_of(name), f"-var=image={TAGGED[name]}")


def test_an_image_by_tag_is_refused_in_prod(roots: dict[str, Terraform]) -> None:
    message = refuse_plan(roots["prod"], variables_of("prod"), f"-var=image={TAGGED['prod']}")
    assert "has to be pinned as REPOSITORY@sha256:DIGEST" in message
    assert "a moved tag would change the next run" in message


def test_another_environments_variables_are_refused_by_name(roots: dict[str, Terraform]) -> None:
    """Nothing can be applied in the wrong folder."""
    message = refuse_plan(roots["stage"], "-var-file=../prod/prod.tfvars")
    assert "This folder is stage's, the variables are prod's: use -var-file=stage.tfvars here" in message


def test_a_project_that_is_not_the_environments_is_refused_by_name(roots: dict[str, Terraform]) -> None:
    message = refuse_plan(roots["stage"], variables_of("stage"), "-var=project=cloudact-prod")
    assert "The project of stage is cloudact-testing-1, not cloudact-prod: see environments.json." in message


def test_an_environment_can_be_planned_before_its_first_image(tmp_path: Path, provider: ProviderServer) -> None:
    """Who reviews it need not build first; the apply, bin/create-all-jobs's too, is refused (tests/operations)."""
    stage = open_environment("stage", tmp_path, provider, image="")
    create_projects(stage.world)
    assert "to add, 0 to change, 0 to destroy" in stage.run("plan", "-no-color", variables_of("stage"))


def break_job(job: str, **changes: Any) -> Callable[[Any], None]:
    """Changes one job of jobs.json."""

    def change(document: Any) -> None:
        next(each for each in document["jobs"] if each["name"] == job).update(changes)

    return change


def repeat(job: str) -> Callable[[Any], None]:
    """Adds a second job of the name."""

    def change(document: Any) -> None:
        document["jobs"].append(next(each for each in document["jobs"] if each["name"] == job))

    return change


NAME, OTHER = next(name for name, job in JOBS.items() if job["cron"]), list(JOBS)[-1]


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory, provider: ProviderServer) -> Terraform:
    """Stage before its first apply; for tests that only plan."""
    stage = open_environment("stage", tmp_path_factory.mktemp("new"), provider)
    create_projects(stage.world)
    return stage


@pytest.mark.parametrize(
    ("catalog", "change", "message"),
    [
        ("jobs.json", break_job(NAME, memory=None), f"jobs.json: {NAME}: memory has to be a text"),
        ("jobs.json", break_job(NAME, max_retries="two"), f"jobs.json: {NAME}: max_retries has to be a number"),
        ("jobs.json", break_job(NAME, tasks={"prod": 1}), f"jobs.json: {NAME}: tasks has to be a number for stage"),
        ("jobs.json", break_job(NAME, secrets=["KEY"]), f"jobs.json: {NAME}: secrets has to be a list of CA_ROOT"),
        ("jobs.json", break_job(NAME, timeout_seconds=86_400), f"{NAME}: a missed run is told"),
        ("jobs.json", break_job(NAME, cron="0 0 1 * * *"), f'{NAME}: the cron "0 0 1 * * *" has to have five fields'),
        ("jobs.json", break_job(NAME, cron="*/5 * * * *"), f'not {NAME}\'s "*/5 * * * *"'),
        (
            "jobs.json",
            break_job(NAME, cloud_run_job=JOBS[OTHER]["cloud_run_job"]),
            f"{NAME}: another job is called cloudact-{JOBS[OTHER]['cloud_run_job']} too",
        ),
        (
            "jobs.json",
            break_job(NAME, name=f"test-{OTHER}"),
            f"cloudact-testing-1 has jobs or accounts of these names too: cloudact-test-{OTHER}",
        ),
        ("jobs.json", repeat(NAME), f"jobs.json has more than one job of the name {NAME}"),
        ("environments.json", lambda d: d["stage"].update(region="us"), '"us" is not a region'),
        ("environments.json", lambda d: d["stage"].update(secret_suffix="."), 'underscores, not ["ca-root-api-key."'),
        (
            "environments.json",
            lambda d: d["test"].update(owns_project=True),
            "Exactly one environment of cloudact-testing-1 owns it (owns_project in environments.json), not stage and",
        ),
        (
            "environments.json",
            lambda d: d["test"].update(name_prefix="cloudact"),
            "gives the prefix cloudact in cloudact-testing-1 to more than one environment: stage, test",
        ),
    ],
)
def test_a_wrong_value_is_refused_by_name_by_terraform_alone(
    catalog: str, change: Callable[[Any], None], message: str, new: Terraform
) -> None:
    """Before anything is made, without a line of Python."""
    assert message in refuse_changed(new, catalog, change)


# What Terraform looks at together: a job's change, and what is said of it.
TOGETHER: list[list[tuple[dict[str, Any], str]]] = [
    [
        ({"tasks": {"stage": 1.5}}, "{}: tasks is a whole number"),
        ({"cpu": "3"}, "{}: cpu is one of"),
        ({"memory": "5Gi"}, '{}: 5Gi of memory does not go with cpu = "1"'),
        ({"memory": "256Mi"}, "{}: memory is given in Mi or Gi, at least 512Mi"),
        ({"timeout_seconds": 700_000}, "{}: timeout_seconds is a whole number"),
        ({"max_retries": 11}, "{}: max_retries is a whole number"),
        ({"overlap": "maybe"}, "{}: overlap is"),
    ],
    [
        ({"grants": ["all"]}, "{}: the only grant known is"),
        ({"cloud_run_job": "a" * 60}, "{}: the full name"),
    ],
    [
        ({"name": "triggers"}, "triggers: no job can have this short name"),
        ({"name": "of-far-too-many-letters"}, "of-far-too-many-letters: its account"),
    ],
]


@pytest.mark.parametrize("wrong", TOGETHER, ids=["numbers and words", "grants and full names", "short names"])
def test_wrong_values_of_many_jobs_are_refused_together(
    wrong: list[tuple[dict[str, Any], str]], new: Terraform
) -> None:
    """Each by the name of its job, so that one plan tells all that is to be corrected."""
    # A name that another job waits for cannot be changed alone.
    waited_for = {name for job in JOBS.values() for name in job["waits_for"]}
    jobs = [name for name in JOBS if name not in waited_for][: len(wrong)]

    def change(document: Any) -> None:
        for name, (changes, _) in zip(jobs, wrong, strict=True):
            break_job(name, **changes)(document)

    refusal = refuse_changed(new, "jobs.json", change)
    texts = [text.format(name) for name, (_, text) in zip(jobs, wrong, strict=True)]
    assert [] == [text for text in texts if text not in refusal]


def refuse_changed(terraform: Terraform, catalog: str, change: Callable[[Any], None]) -> str:
    """What a plan says of a catalog with the change, which is taken back."""
    path = terraform.folder.parents[2] / catalog
    original = path.read_text(encoding="utf-8")
    document = json.loads(original)
    change(document)
    path.write_text(json.dumps(document), encoding="utf-8")
    try:
        return refuse_plan(terraform, variables_of("stage"))
    finally:
        path.write_text(original, encoding="utf-8")


def test_channels_without_their_label_are_refused_by_name(new: Terraform) -> None:
    """Of each type that there is."""
    kinds = ("email", "google_chat", "pubsub", "sms")
    channels = json.dumps({f"on-call-{kind}": {"type": kind, "labels": {}} for kind in kinds})
    message = refuse_plan(new, variables_of("stage"), f"-var=notification_channels={channels}")
    texts = [f"Channel on-call-{kind}: type {kind} needs labels = {{" for kind in kinds]
    assert [] == [text for text in texts if text not in message]
