"""The file in which an environment's image is chosen is the one that Terraform reads."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from operations.images.names import name_repository
from operations.images.pin import read_pin, write_pin
from operations.inventory.pinned_image import locate_pin
from runtime.config.catalog import ROOT, load_catalog
from runtime.process.errors import ConfigurationError
from sandbox.terraform.estate import DIGEST, choose_image, image_of

ENVIRONMENTS = load_catalog().environments


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout's folders."""
    for name in ENVIRONMENTS:
        (tmp_path / "terraform" / "environments" / name).mkdir(parents=True)
    return tmp_path


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_what_is_written_is_what_terraform_is_tested_with(name: str, root: Path) -> None:
    """The same name of the repository, the same file, the same variable."""
    image = write_pin(ENVIRONMENTS[name], root, DIGEST)
    assert image == image_of(name)
    written = json.loads(locate_pin(ENVIRONMENTS[name], root).read_text(encoding="utf-8"))
    choose_image(locate_pin(ENVIRONMENTS[name], root).parent, image)
    assert written == json.loads(locate_pin(ENVIRONMENTS[name], root).read_text(encoding="utf-8"))
    assert read_pin(ENVIRONMENTS[name], root) == DIGEST


def test_terraform_has_the_variable_and_the_repository() -> None:
    """Of its own making: the names have to agree."""
    variables = Path(ROOT, "terraform/environments/prod/variables.tf").read_text(encoding="utf-8")
    assert 'variable "image"' in variables
    assert "image.auto.tfvars.json" in variables
    module = Path(ROOT, "terraform/modules/catalog/main.tf").read_text(encoding="utf-8")
    prefix = re.findall(r'_image_prefix\s*= "(.*)"', module)[0]
    assert name_repository(ENVIRONMENTS["prod"]) == f"gcr.io/cloudact-prod/{prefix}prod"


def test_before_the_first_build_there_is_none(root: Path) -> None:
    """Which is no error yet."""
    assert read_pin(ENVIRONMENTS["stage"], root) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"image": 1}',
        '{"image": "gcr.io/cloudact-testing-1/cloudact-jobs-stage:v1"}',
        '{"image": "gcr.io/cloudact-testing-1/cloudact-jobs-stage@sha256:short"}',
        json.dumps({"image": f"gcr.io/cloudact-prod/cloudact-jobs-prod@{DIGEST}"}),
    ],
)
def test_a_file_that_names_no_digest_is_refused(text: str, root: Path) -> None:
    """Promoting needs to know what exactly."""
    locate_pin(ENVIRONMENTS["stage"], root).write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r" - bin/build-image stage$"):
        read_pin(ENVIRONMENTS["stage"], root)
