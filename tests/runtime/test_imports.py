"""What each job may import: the standard library's small parts, and of third parties only what a job is named for."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from runtime.config.catalog import ROOT, load_catalog
from sandbox.admin_api import ROOT_KEY
from tests.catalog import JOBS
from tests.support.admin_platform import AdminPlatform, serve_platform

# Prints the modules of a run at its end, which is os._exit.
TELL = """
import os, sys
before = set(sys.modules)
leave = os._exit
def tell(status):
    for name in sorted(set(sys.modules) - before):
        origin = getattr(sys.modules[name], "__file__", None) or ""
        os.write(2, f"module {name} {'site-packages' in origin}\\n".encode())
    leave(status)
os._exit = tell
from runtime.run import main
main(sys.argv[1:])
"""


def split(names: str) -> set[str]:
    return set(names.split())


# What a run needs that ends with its help text or a configuration error.
START = split(
    "array binascii bisect collections copyreg datetime enum errno functools itertools json keyword math operator "
    "random re reprlib resource select selectors signal socket types warnings"
)
# What urllib and ssl bring with them.
NETWORK = START | split(
    "base64 bz2 calendar contextlib email fnmatch hashlib http importlib ipaddress locale lzma quopri shutil ssl "
    "string struct tempfile urllib weakref zlib"
)
THREADS = NETWORK | {"heapq", "queue", "threading"}
STANDARD = {"org-sync-all": THREADS}
CORE = split(
    "context run config.catalog config.command_line config.cron config.env_reader config.environment config.job "
    "config.settings net.endpoint net.faults "
    "process.clock process.errors process.escapes process.log process.outcome "
    "process.secret process.signals services.metadata services.secret_manager"
)
CLIENT = CORE | split(
    "net.answer net.client net.connect net.connection net.request net.response net.retry "
    "net.retry_policy net.tls net.transport"
)
ADMIN = CLIENT | {"services.admin_answers", "services.admin_api", "services.json_reader"}
OWN = {
    "migrate": CLIENT | {"migration", "services.json_reader", "services.sql_error", "services.supabase"},
    "org-sync-all": ADMIN | {"organizations"},
    "quota-monthly": ADMIN | {"organizations"},
}
# All others call the admin API and have no package here.
OTHERS = ADMIN
# google-cloud-bigquery and what it stands on.
BIGQUERY = split(
    "_cffi_backend certifi cffi charset_normalizer cryptography dateutil google google_crc32c grpc grpc_status idna "
    "opentelemetry packaging proto pyasn1 pyasn1_modules requests rsa six typing_extensions urllib3"
)


# The packages that hold nothing themselves, and those that a job imports as it needs.
ROOMS = split("config net process services")
WHOLE = ("jobs", "migration", "organizations")


class Modules:
    """The modules that one run imported."""

    def __init__(self, *arguments: str, **variables: str) -> None:
        ending = subprocess.run(
            [sys.executable, "-c", TELL, *arguments],
            cwd=ROOT,
            env={"PATH": os.defpath, **variables},
            capture_output=True,
            text=True,
            check=False,
        )
        self.status = ending.returncode
        rows = [line.split() for line in ending.stderr.splitlines() if line.startswith("module ")]
        self.names = {name for _, name, _ in rows}
        self.third_party = {name.partition(".")[0] for _, name, foreign in rows if foreign == "True"}
        own = {name.removeprefix("runtime.") for name in self.names if name.startswith("runtime.")}
        self.own = {name.partition(".")[0] if name.startswith(WHOLE) else name for name in own - ROOMS}
        self.own -= {"jobs"}
        self.jobs = {name for name in self.names if name.startswith("runtime.jobs.") and name.count(".") == 3}
        self.standard = {name.partition(".")[0] for name in self.names if not name.startswith(("_", "runtime"))}
        self.standard -= self.third_party


@pytest.fixture(scope="module")
def platform() -> Iterator[AdminPlatform]:
    with serve_platform() as running:
        running.state.add_organizations("org_a")
        yield running


@pytest.fixture
def variables(platform: AdminPlatform) -> dict[str, str]:
    """For any job; if the stand-in is not the service that a job calls, it answers 404."""
    return platform.variables | {
        "SUPABASE_ACCESS_TOKEN": "sbp_0123456789",
        "SUPABASE_API_URL": platform.server.url,
        "BIGQUERY_EMULATOR_HOST": platform.server.url,
    }


@pytest.mark.parametrize("name", [name for name in JOBS if name != "quota-cleanup"])
def test_a_job_imports_no_more_than_its_list(variables: dict[str, str], name: str) -> None:
    """No third party, no dataclasses, typing, argparse or logging; threads only for org-sync-all; no other job."""
    modules = Modules(name, **variables)
    assert modules.status in (0, 1)
    assert modules.third_party == set()
    assert modules.standard - STANDARD.get(name, NETWORK) == set()
    assert modules.own - OWN.get(name, OTHERS) == set()
    assert modules.jobs == {load_catalog().find(name).module}


def test_bigquery_is_imported_by_quota_cleanup_alone(variables: dict[str, str]) -> None:
    """With what it stands on, and without the other Google client."""
    modules = Modules("quota-cleanup", **variables)
    assert "google.cloud.bigquery" in modules.names
    assert "google.cloud.secretmanager" not in modules.names
    assert modules.third_party - BIGQUERY == set()


@pytest.mark.parametrize(
    ("arguments", "changes"),
    [
        (["--help"], {}),
        (["quota-reset", "--help"], {}),
        (["nope", "--help"], {}),
        (["quota-reset", "--nope"], {}),
        (["quota-reset"], {"ENVIRONMENT": "local"}),
        (["quota-reset"], {"CA_ROOT_API_KEY": f"{ROOT_KEY}\n"}),
        (["quota-cleanup"], {"DAYS_TO_KEEP": "1"}),
    ],
)
def test_help_and_mistakes_need_no_network_code(
    variables: dict[str, str], arguments: list[str], changes: dict[str, str]
) -> None:
    """Neither urllib nor ssl: they take longer to import than all the rest."""
    modules = Modules(*arguments, **(variables | changes))
    assert modules.status in (0, 2)
    assert (modules.third_party, modules.jobs) == (set(), set())
    assert modules.own - CORE == set()


@pytest.mark.parametrize("arguments", [["--help"], ["quota-reset", "--help"]])
def test_the_help_text_needs_the_least(variables: dict[str, str], arguments: list[str]) -> None:
    """Not even difflib, which suggests names."""
    assert Modules(*arguments, **variables).standard - START == set()
