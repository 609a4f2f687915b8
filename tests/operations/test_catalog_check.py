"""Every way in which a catalog can be wrong is refused before anything is built or released from it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from operations.catalog_check import check_catalog
from runtime.config.catalog import ROOT, load_catalog
from runtime.process.errors import ConfigurationError

JOBS = load_catalog().jobs
Change = Callable[[dict[str, Any]], object]


class Copy:
    """The catalogs and the job files in a separate folder, to be made invalid."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in ("jobs.json", "environments.json"):
            shutil.copy(Path(ROOT, name), root)
        for job in JOBS:
            file = self.file(f"runtime/jobs/{job.kind}/{job.name.replace('-', '_')}.py")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch()

    def file(self, name: str) -> Path:
        return self.root / name

    def change(self, name: str, change: Change) -> None:
        """Applies `change` to the first job, or to the first environment."""
        values = json.loads(self.file(name).read_text())
        change(values["jobs"][0] if name == "jobs.json" else values["test"])
        self.file(name).write_text(json.dumps(values))

    def refuse(self) -> str:
        """The problem that loading ends with."""
        with pytest.raises(ConfigurationError) as caught:
            check_catalog(str(self.root))
        assert "\n" not in str(caught.value)
        return caught.value.problem


def find_problem(root: str) -> str:
    try:
        check_catalog(root)
    except ConfigurationError as error:
        return str(error)
    return ""


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


def test_the_catalog_of_this_repository_is_sound() -> None:
    """What the image is built from."""
    assert find_problem(ROOT) == ""


def test_the_copy_is_sound(copy: Copy) -> None:
    """Else the tests below would prove nothing."""
    assert find_problem(str(copy.root)) == ""


def test_a_secret_can_have_a_name_of_its_own(copy: Copy) -> None:
    """One installation keeps its token under another name."""
    copy.change("environments.json", lambda test: test["secret_names"].update(SUPABASE_ACCESS_TOKEN="other"))
    changed = load_catalog(str(copy.root))
    assert changed.secret_name("SUPABASE_ACCESS_TOKEN", changed.environment("test")) == "other"


JOB = "jobs.json: job 'migrate'"
INVALID_JOBS: list[tuple[Change, str]] = [
    (lambda job: job.update(crn="* * * * *"), f"{JOB}: unknown key 'crn'"),
    (lambda job: job.pop("overlap"), f"{JOB}: overlap is missing"),
    (lambda job: job.update(cron="0 25 * * *"), f"{JOB}: cron hour '25' is outside 0 to 23"),
    (lambda job: job.update(cron="0 0 30 2 *"), f"{JOB}: cron '0 0 30 2 *' never fires"),
    (lambda job: job.update(kind="weekly"), f"{JOB}: kind is 'weekly', not one of manual, daily, monthly"),
    (lambda job: job.update(overlap="maybe"), f"{JOB}: overlap is 'maybe', not one of allow, forbid"),
    (
        lambda job: job.update(release_check="it"),
        f"{JOB}: release_check is 'it', not one of migrations, platform, organizations",
    ),
    (lambda job: job.update(timeout_seconds="900"), f"{JOB}: timeout_seconds should be int, got str '900'"),
    (lambda job: job.update(timeout_seconds=0), f"{JOB}: timeout_seconds should be 1 or more, got 0"),
    (lambda job: job.update(max_retries=-1), f"{JOB}: max_retries should be 0 or more, got -1"),
    (lambda job: job.update(release_step=2), "jobs.json: two jobs have the same release_step"),
    (lambda job: job.update(name="bootstrap"), "jobs.json: two jobs have the same name"),
    (lambda job: job.update(aliases=["a", "a"]), f"{JOB} has the same alias twice"),
    (lambda job: job.update(aliases=["migrate"]), f"{JOB} has the same alias twice"),
    (lambda job: job.update(aliases=["stale"]), "jobs.json: 'stale' names both 'migrate' and 'stale-cleanup'"),
    (lambda job: job.update(aliases="a"), f"{JOB}: aliases should be list, got str 'a'"),
    (lambda job: job.update(secrets=["TOKEN"]), f"{JOB} wants the undeclared secret 'TOKEN'"),
    (lambda job: job.update(tasks={"test": 1}), f"{JOB}: tasks should give a number per environment"),
    (lambda job: job["tasks"].update(prod=0), f"{JOB}: tasks should give a number per environment"),
    (lambda job: job["tasks"].update(prod=True), f"{JOB}: tasks: prod should be int, got bool 'True'"),
    (lambda job: job["options"].append(job["options"][0]), f"{JOB}: option --status is declared twice"),
    (lambda job: job["options"].pop(1), f"{JOB}: option --status excludes an unknown option"),
    (lambda job: job.update(once_per_tick=True), f"{JOB}: once_per_tick takes a cron, and overlap: forbid"),
    (lambda job: job.update(overlap="allow", if_unknown="fail"), f"{JOB}: if_unknown: fail takes overlap: forbid"),
    (
        lambda job: job["options"][0].update(repeats_tick=True),
        f"{JOB}: option --status repeats a tick, but the job is not once_per_tick",
    ),
    (lambda job: job["options"][0].update(halp=""), f"{JOB}: options[0]: unknown key 'halp'"),
    (lambda job: job["options"][0].pop("value"), f"{JOB}: options[0]: value is missing"),
    (
        lambda job: job.update(name="migrations"),
        "jobs.json: there is no file runtime/jobs/manual/migrations.py for a job",
    ),
    (lambda job: job.update(kind="daily"), "jobs.json: there is no file runtime/jobs/daily/migrate.py for a job"),
]
TEST = "environments.json: test"
INVALID_ENVIRONMENTS: list[tuple[Change, str]] = [
    (lambda test: test.update(regoin="x"), f"{TEST}: unknown key 'regoin'"),
    (lambda test: test.pop("api_url"), f"{TEST}: api_url is missing"),
    (lambda test: test.update(protected="no"), f"{TEST}: protected should be bool, got str 'no'"),
    (lambda test: test["secret_names"].update(KEY="x"), f"{TEST} names the undeclared secret 'KEY'"),
    (
        lambda test: test["secret_names"].update(CA_ROOT_API_KEY=1),
        f"{TEST}: secret_names: CA_ROOT_API_KEY should be str, got int '1'",
    ),
    (
        lambda test: test.update(name_prefix="cloudact"),
        f"{TEST} shares project and name_prefix with another environment",
    ),
    (
        lambda test: test.update(owns_project=True),
        "environments.json: one environment has to own project cloudact-testing-1",
    ),
]


@pytest.mark.parametrize(("change", "problem"), INVALID_JOBS)
def test_a_invalid_job_is_refused(copy: Copy, change: Change, problem: str) -> None:
    """The message names the file, the job and the key."""
    copy.change("jobs.json", change)
    assert copy.refuse() == problem


@pytest.mark.parametrize(("change", "problem"), INVALID_ENVIRONMENTS)
def test_a_invalid_environment_is_refused(copy: Copy, change: Change, problem: str) -> None:
    """Likewise."""
    copy.change("environments.json", change)
    assert copy.refuse() == problem


@pytest.mark.parametrize("name", ["jobs.json", "environments.json"])
@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "Expecting value"),
        ("{", "Expecting property name"),
        ("[" * 100_000, "recursion"),
        ("\udcff", "codec can't decode byte"),
    ],
)
def test_a_file_that_is_no_json_is_refused(copy: Copy, name: str, text: str, problem: str) -> None:
    """With its path and what is wrong."""
    copy.file(name).write_bytes(text.encode("utf-8", "surrogateescape"))
    message = copy.refuse()
    assert message.startswith(f"{copy.file(name)} cannot be read: ")
    assert problem in message


@pytest.mark.parametrize("name", ["jobs.json", "environments.json"])
def test_a_name_that_is_declared_twice_is_refused(copy: Copy, name: str) -> None:
    """JSON's readers would keep the last."""
    text = copy.file(name).read_text()
    key = next(iter(json.loads(text)))
    copy.file(name).write_text(text.replace("{", f'{{"{key}": {{}}, ', 1))
    assert copy.refuse() == f"{name}: {key!r} appears twice"


@pytest.mark.parametrize("name", ["jobs.json", "environments.json"])
def test_a_file_that_is_not_there_is_refused(copy: Copy, name: str) -> None:
    """As in an image that was built from half a checkout."""
    copy.file(name).unlink()
    assert (
        copy.refuse() == f"{copy.file(name)} cannot be read: [Errno 2] No such file or directory: '{copy.file(name)}'"
    )


@pytest.mark.parametrize("text", ["[]", "null", '"x"', "1"])
def test_a_catalog_is_an_object(copy: Copy, text: str) -> None:
    """Anything else in JSON is none."""
    copy.file("environments.json").write_text(text)
    assert copy.refuse().startswith("environments.json: expected a JSON object, got ")


def test_a_file_without_a_job_is_refused(copy: Copy) -> None:
    """A job that nobody declared would never run."""
    copy.file("runtime/jobs/daily/forgotten.py").touch()
    assert copy.refuse() == "runtime/jobs/daily/forgotten.py: jobs.json has no such job"


def test_a_missing_folder_of_jobs_is_refused(copy: Copy) -> None:
    """With its path."""
    shutil.rmtree(copy.file("runtime/jobs/monthly"))
    assert copy.refuse() == f"{copy.file('runtime/jobs/monthly')} is not a folder"
