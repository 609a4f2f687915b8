"""What no environment takes: a tag in prod, another's variables, another's project."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sandbox.terraform.estate import ENVIRONMENTS, found_projects, open_environment, variables_of
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
    found_projects(stage.world)
    plan = stage.run("plan", "-no-color", variables_of("stage"))
    assert re.search(r"^Plan: \d+ to add, 0 to change, 0 to destroy", plan, re.MULTILINE)
