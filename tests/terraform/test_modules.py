"""Terraform's own tests of each module and root, and the modules' READMEs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sandbox.terraform.harness import Terraform, open_root
from sandbox.terraform_provider.installation import CHECKOUT
from sandbox.terraform_provider.server import ProviderServer

TERRAFORM = CHECKOUT / "terraform"
FOLDERS = sorted(str(path.parent.relative_to(TERRAFORM)) for path in TERRAFORM.rglob("variables.tf"))
MODULES = [folder for folder in FOLDERS if folder.startswith("modules/")]

PROVIDER = """
terraform {
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 7.40, < 8"
    }
  }
}

provider "google" {
  project = "example-project"
}
"""


@pytest.fixture
def work(tmp_path: Path, provider: ProviderServer) -> Terraform:
    """A separate root in a copy of the tree, beside the environments."""
    terraform = open_root("environments/test", tmp_path, provider)
    example = terraform.folder.parent / "example"
    example.mkdir()
    return Terraform(example, terraform.world, terraform.environment, provider)


@pytest.mark.parametrize("folder", FOLDERS)
def test_terraforms_own_tests_pass(folder: str, tmp_path: Path, provider: ProviderServer) -> None:
    terraform = open_root(folder, tmp_path, provider)
    terraform.init()
    assert " 0 failed." in terraform.test()


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_refusal_is_seen_refusing(folder: str) -> None:
    """One failing case at least per validation, precondition and check."""
    configuration = "".join(path.read_text() for path in (TERRAFORM / folder).glob("*.tf"))
    tests = "".join(path.read_text() for path in (TERRAFORM / folder / "tests").glob("*.tftest.hcl"))
    refusals = len(re.findall(r'\b(?:validation|precondition|check "\w+") \{', configuration))
    assert tests.count("expect_failures") >= refusals


def list_examples() -> list[tuple[str, str]]:
    """Each module with each example of its README; a module without one fails the test."""
    return [
        (folder, example)
        for folder in MODULES
        for example in re.findall(r"```hcl\n(.*?)```", (TERRAFORM / folder / "README.md").read_text(), re.DOTALL)
        or [""]
    ]


@pytest.mark.parametrize(
    ("folder", "example"), list_examples(), ids=lambda value: value.rpartition("/")[2][:12].strip()
)
def test_the_readmes_examples_can_be_planned(folder: str, example: str, work: Terraform) -> None:
    assert f'source = "../../{folder}"' in example
    (work.folder / "main.tf").write_text(PROVIDER + example, encoding="utf-8")
    work.init()
    assert "Error" not in work.run("plan", "-no-color")


@pytest.mark.parametrize("folder", FOLDERS)
def test_variables_and_outputs_are_alphabetical_and_described(folder: str) -> None:
    for kind in ("variable", "output"):
        path = TERRAFORM / folder / f"{kind}s.tf"
        text = path.read_text() if path.exists() else ""
        names = re.findall(rf'^{kind} "(\w+)"', text, re.MULTILINE)
        assert sorted(names) == names
        assert len(names) == len(re.findall(r"^  description += ", text, re.MULTILINE))


def test_everything_is_formatted(work: Terraform) -> None:
    """As `terraform fmt` does it, the tests and variables included."""
    assert work.run("fmt", "-check", "-recursive", "../..") == ""


def test_every_skipped_check_has_a_reason() -> None:
    """A sentence, in the line that skips it."""
    configuration = "".join(path.read_text() for path in TERRAFORM.rglob("*.tf"))
    skipped = re.findall(r"checkov:skip=(\w+)(.*)", configuration)
    assert {"CKV_GCP_62", "CKV_GCP_84"} == {check for check, _ in skipped}
    assert [] == [check for check, reason in skipped if not re.fullmatch(r":\w.{30,}\.", reason)]
