"""The bucket of the states, as bin/create-all-jobs ENV --prepare adopts it."""

from __future__ import annotations

from pathlib import Path

from sandbox.terraform.estate import list_resources
from sandbox.terraform.harness import open_root
from sandbox.terraform_provider.server import ProviderServer

PROJECT = "shop-one"
BUCKET = f"{PROJECT}-terraform-state"
VARIABLES = (f"-var=bucket={BUCKET}", f"-var=project={PROJECT}", "-var=region=us-central1")


def test_an_adopted_bucket_is_known_with_its_project(tmp_path: Path, provider: ProviderServer) -> None:
    """Storage does not name the project: were the state without it, the next apply would replace the bucket."""
    terraform = open_root("state-bucket", tmp_path, provider)
    with terraform.world.change() as cloud:
        cloud.add_project(PROJECT)
        cloud.put("google_storage_bucket", BUCKET, {"name": BUCKET, "location": "us-central1", "project": PROJECT})
    terraform.init()
    terraform.run("import", "-no-color", *VARIABLES, "google_storage_bucket.state", BUCKET)
    (bucket,) = list_resources(terraform.show()).values()
    assert PROJECT == bucket["project"]
