"""Which image all jobs of an environment should run."""

from __future__ import annotations

import json
from pathlib import Path

from operations.inventory.survey import find_image
from tests.operations.inventory.test_health import entry
from tests.support.scripted_google import STAGE


def test_the_image_of_the_last_build_is_the_one(tmp_path: Path) -> None:
    """What bin/build-image left in the checkout."""
    file = tmp_path / "terraform" / "environments" / "stage" / "image.auto.tfvars.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"image": "built"}), encoding="utf-8")
    assert find_image(STAGE, (entry(image="a"),), str(tmp_path)) == "built"


def test_without_a_build_it_is_the_one_that_most_jobs_have(tmp_path: Path) -> None:
    """The odd one out has drifted."""
    found = tuple(entry(name, image=image) for name, image in (("migrate", "a"), ("alerts", "b"), ("bootstrap", "a")))
    assert find_image(STAGE, found, str(tmp_path)) == "a"
    assert find_image(STAGE, (), str(tmp_path)) == ""
