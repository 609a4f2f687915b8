"""Stage as Terraform applies it, with what people add to the project."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sandbox.control_plane.example import DIGEST, OPERATOR, PROJECT
from sandbox.terraform.estate import create_projects, fill_projects, open_environment, variables_of
from sandbox.terraform.harness import serve_provider

SURROUNDINGS: dict[str, Any] = {
    "secrets": {"ca-root-api-key-test": ["sandbox-root-key"], "supabase-access-token-test": ["sbp_token"]},
    "images": [{"name": f"gcr.io/{PROJECT}/cloudact-jobs-stage", "digest": DIGEST, "tags": []}],
    "grants": [{"role": "roles/owner", "member": f"user:{OPERATOR}"}],
}


def apply_stage(folder: Path) -> Any:
    """The state of stage after an apply, as `terraform show -json` says it."""
    with serve_provider() as server:
        terraform = open_environment("stage", folder, server)
        create_projects(terraform.world)
        fill_projects(terraform.world)
        terraform.apply(variables_of("stage"))
        return terraform.show()
