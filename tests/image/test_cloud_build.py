"""cloudbuild-jobs.yaml: understood by Cloud Build, checked before it builds, tested before it pushes (FR-SJ-001.4)."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from google.cloud.devtools import cloudbuild_v1
from google.protobuf import json_format

from image.base import read_reference
from image.cloud_build import main
from operations.images.labels import MIGRATIONS, OCI
from operations.images.substitutions import Substitutions
from runtime.config.catalog import ROOT
from runtime.migration.files import hash_files, read_folder
from runtime.process.errors import UsageError

FILE = Path(ROOT, "cloudbuild-jobs.yaml")
CONFIG: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
STEPS = {step["id"]: step for step in CONFIG["steps"]}
REVISION = "0123456789abcdef0123456789abcdef01234567"
GOOD = {
    "environment": "stage",
    "project": "cloudact-testing-1",
    "tag": REVISION,
    "revision": REVISION,
    "epoch": "1700000000",
    "dependencies_epoch": "1600000000",
    "source": "",
}


def prepare(output: Path, **changes: str) -> int:
    """The first step."""
    return main([f"--{name}={value}" for name, value in {**GOOD, "output": str(output), **changes}.items()])


def list_earlier(step: str) -> set[str]:
    """The steps that have to end before this one begins."""
    direct = set(STEPS[step].get("waitFor", ()))
    return direct.union(*(list_earlier(name) for name in direct))


def test_cloud_build_knows_every_field() -> None:
    """Google's own message refuses a field that it does not have, and a value of another type."""
    build = cloudbuild_v1.Build.pb(cloudbuild_v1.Build())
    json_format.ParseDict(CONFIG, build)
    assert build.timeout.seconds == 1200


def test_a_field_that_does_not_exist_is_refused() -> None:
    """Or the test above would prove nothing."""
    with pytest.raises(json_format.ParseError):
        json_format.ParseDict(CONFIG | {"step": []}, cloudbuild_v1.Build.pb(cloudbuild_v1.Build()))


def test_every_substitution_is_declared_and_used() -> None:
    """MUST_MATCH: Cloud Build refuses anything else."""
    used = set(re.findall(r"\$\{?(_[A-Z_]+)", json.dumps({**CONFIG, "substitutions": {}})))
    assert used == set(CONFIG["substitutions"])
    assert CONFIG["options"]["substitutionOption"] == "MUST_MATCH"
    assert CONFIG["substitutions"]["_TAG"] == "${COMMIT_SHA}"
    assert CONFIG["options"]["dynamicSubstitutions"]


def test_one_image_is_pushed_after_everything_else() -> None:
    """`images` is what Cloud Build pushes when all steps have succeeded; no step pushes by itself."""
    assert CONFIG["images"] == ["gcr.io/${PROJECT_ID}/cloudact-jobs-${_ENV}:${_TAG}"]
    assert "push" not in json.dumps(CONFIG["steps"])
    assert list_earlier("self-check") == {"prepare", "builder", "build"}
    assert list_earlier("test") == {"prepare", "install"}
    assert STEPS["install"]["args"][:2] == ["-m", "tools.set_up"]  # which takes the locked files and looks nothing up


def test_the_self_check_runs_in_the_image_that_is_pushed() -> None:
    """As its user, with its Python."""
    assert [STEPS["self-check"]["name"]] == CONFIG["images"]
    assert Path(ROOT, STEPS["self-check"]["args"][-1].removeprefix("/workspace/")).is_file()


def test_what_is_in_the_image_is_kept_beside_it() -> None:
    """A software bill of materials, of the image itself, in the bucket that gcloud makes for the sources."""
    script = STEPS["sbom"]["args"][-1]
    assert script.count(CONFIG["images"][0]) == 2
    assert script.endswith("< image/sbom.py > sbom.cdx.json")
    assert list_earlier("sbom") == {"prepare", "builder", "build"}
    kept = {"location": "gs://${PROJECT_ID}_cloudbuild/sbom/${_ENV}/${_TAG}", "paths": ["sbom.cdx.json"]}
    assert CONFIG["artifacts"] == {"objects": kept}


def test_nothing_is_named_by_a_tag_that_moves() -> None:
    """Of ours."""
    assert "latest" not in FILE.read_text(encoding="utf-8")


def test_provenance_is_required() -> None:
    """Machine and time are stated, not left to defaults."""
    assert CONFIG["options"]["requestedVerifyOption"] == "VERIFIED"
    assert {"machineType", "sourceProvenanceHash"} <= set(CONFIG["options"])
    assert CONFIG["timeout"] == "1200s"


def test_it_bakes_the_image_that_is_checked_and_pushed(tmp_path: Path) -> None:
    """With the base that is pinned, the commit's time, the labels and the cache."""
    assert prepare(tmp_path / "bake.json") == 0
    target = json.loads((tmp_path / "bake.json").read_text(encoding="utf-8"))["target"]["default"]
    repository = "gcr.io/cloudact-testing-1/cloudact-jobs-stage"
    assert target["tags"] == [f"{repository}:{REVISION}"]
    times = {"DEPENDENCIES_EPOCH": "1600000000", "SOURCE_DATE_EPOCH": "1700000000"}
    assert target["args"] == {"BASE": read_reference(Path(ROOT)), **times}
    assert target["cache-from"] == [f"type=registry,ref={repository}-cache:layers"]
    assert target["cache-to"] == [f"type=registry,ref={repository}-cache:layers,mode=max"]
    assert target["output"] == ["type=docker,rewrite-timestamp=true"]
    assert target["labels"][f"{OCI}.revision"] == REVISION
    assert target["labels"][f"{OCI}.created"] == "2023-11-14T22:13:20Z"
    assert target["labels"][MIGRATIONS] == hash_files(read_folder(str(Path(ROOT, "migrations"))))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"environment": "local"}, "'local' is not an environment"),
        ({"environment": ""}, "there is no environment ''"),
        ({"project": "cloudact-prod"}, "stage is in project cloudact-testing-1"),
        ({"tag": ""}, "_TAG is '', which is not a tag"),
        ({"tag": "a b"}, "_TAG is 'a b', which is not a tag"),
        ({"tag": "latest"}, "_TAG is 'latest', which moves from image to image"),
        ({"revision": ""}, "COMMIT_SHA is '', not a commit's full hash"),
        ({"revision": REVISION[:7]}, "COMMIT_SHA is '0123456', not a commit's full hash"),
        ({"epoch": ""}, "_EPOCH is '', not the commit's time"),
        ({"epoch": "yesterday"}, "_EPOCH is 'yesterday', not the commit's time"),
        ({"dependencies_epoch": "0"}, "_DEPENDENCIES_EPOCH is '0', not a commit's time"),
    ],
)
def test_wrong_substitutions_build_nothing(
    changes: dict[str, str], problem: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line, exit status 2, and no file for the next step."""
    assert prepare(tmp_path / "bake.json", **changes) == 2
    assert problem in capsys.readouterr().err
    assert not (tmp_path / "bake.json").exists()


def test_gcloud_is_given_what_the_file_declares() -> None:
    """And the one built-in variable that gcloud lets callers set and the file uses."""
    given = {pair.partition("=")[0] for pair in Substitutions(**GOOD).render().split(",")}
    assert given == {*CONFIG["substitutions"], "COMMIT_SHA"}


def test_a_comma_would_be_read_as_another_substitution() -> None:
    """So it is refused."""
    with pytest.raises(UsageError, match="with a comma"):
        Substitutions(**GOOD | {"source": "https://example.org/a,_TAG=x"}).check()
