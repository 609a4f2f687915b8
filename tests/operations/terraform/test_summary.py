"""The summary of a plan, on which the question before an apply is asked: all that goes is named, no value is shown."""

from __future__ import annotations

from typing import Any

import pytest

from operations.terraform.summary import render_summary

JOB = "google_cloud_run_v2_job"


def change(
    *actions: str,
    key: str = "alerts",
    before: Any = None,
    after: Any = None,
    unknown: Any = None,
    kind: str = JOB,
    name: str = "job",
    **more: Any,
) -> dict[str, Any]:
    """A resource change as `terraform show -json` has it."""
    done = {"actions": list(actions), "before": before, "after": after, "after_unknown": unknown or {}, **more}
    return {"mode": "managed", "type": kind, "name": name, "index": key, "change": done}


def render(*changes: dict[str, Any], **more: Any) -> list[list[str]]:
    """The lines, in cells."""
    text = render_summary({"resource_changes": list(changes), **more})
    return [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in text.splitlines()]


def test_what_is_made_or_taken_over_is_one_line_a_kind() -> None:
    taken = change("no-op", key="migrate", importing={"id": "x"})
    shown = render(change("create", key="alerts"), change("create", key="bootstrap"), taken)
    assert shown[1:] == [
        ["take over", "1", "job", "migrate"],
        ["make", "2", "job", "alerts, bootstrap"],
        ["Plan: 1 to import, 2 to add, 0 to change, 0 to destroy."],
    ]


@pytest.mark.parametrize(
    ("actions", "word", "sums"),
    [
        (("delete",), "destroy", "0 to add, 0 to change, 1 to destroy."),
        (("delete", "create"), "replace", "1 to add, 0 to change, 1 to destroy."),
        (("create", "delete"), "replace", "1 to add, 0 to change, 1 to destroy."),
        (("forget",), "forget", "0 to add, 0 to change, 0 to destroy."),
    ],
)
def test_what_goes_is_named_one_by_one_next_to_the_question(actions: tuple[str, ...], word: str, sums: str) -> None:
    shown = render(change(*actions, replace_paths=[["location"]]), change("create"), change("update", before={}))
    assert shown[-2][:3] == [word, "1", "job"]
    assert shown[-2][3] == ('job["alerts"]: location' if word == "replace" else 'job["alerts"]')
    added = int(sums[0]) + 1
    assert shown[-1] == [f"Plan: {added}{sums[1:]}".replace("0 to change", "1 to change")]


def test_a_change_names_its_attributes_and_never_a_value() -> None:
    """Values may be secrets. Inside nested blocks too, and what is known only after the apply."""
    before = {"a": 1, "template": [{"image": "old-value", "cpu": "1"}], "tag": "x"}
    after = {"a": 1, "template": [{"image": "new-value", "cpu": "1"}]}
    shown = render(change("update", before=before, after=after, unknown={"tag": True, "template": [{}]}))
    assert shown[1] == ["change", "1", "job", 'job["alerts"]: template.image, tag']


def test_a_takeover_that_changes_something_says_so() -> None:
    shown = render(change("update", before={"a": 1}, after={"a": 2}, importing={"id": "x"}))
    assert shown[1:] == [
        ["take over, change", "1", "job", 'job["alerts"]: a'],
        ["Plan: 1 to import, 0 to add, 1 to change, 0 to destroy."],
    ]


def test_what_changes_alike_is_one_line() -> None:
    """A new image is a change of every job; what is lost has a line of its own all the same."""
    same = [change("update", key=key, before={"image": "1"}, after={"image": "2"}) for key in ("alerts", "migrate")]
    other = change("update", key="bootstrap", before={"cpu": "1"}, after={"cpu": "2"})
    shown = render(*same, other, change("delete", key="a"), change("delete", key="b"))
    assert shown[1:-1] == [
        ["change", "2", "job", 'job["alerts", "migrate"]: image'],
        ["change", "1", "job", 'job["bootstrap"]: cpu'],
        ["destroy", "1", "job", 'job["a"]'],
        ["destroy", "1", "job", 'job["b"]'],
    ]


def test_blocks_of_one_kind_are_counted_and_grants_are_called_so() -> None:
    kind = f"{JOB}_iam_member"
    changes = [change("create", key=key, kind=kind, name=name) for name, key in (("a", "1"), ("a", "2"), ("b", "1"))]
    assert render(*changes)[1] == ["make", "3", "grant on job", "a (2), b"]


def test_guards_are_reported_by_their_jobs() -> None:
    """A job and its trigger have one each, whose keys are long."""
    keys = ("alerts job projects/p/locations/l/jobs/j", "alerts trigger projects/p/locations/l/jobs/t", "migrate job x")
    changes = [change("create", key=key, kind="terraform_data", name="guard") for key in keys]
    assert render(*changes)[1] == ["make", "3", "guard against loss", "alerts, migrate"]


def test_what_stays_and_what_is_only_read_is_not_mentioned() -> None:
    read = {**change("read"), "mode": "data"}
    assert render(change("no-op"), read)[0][0].startswith("No changes.")
    assert render(output_changes={"a": {"actions": ["update"]}}) == [["No changes of resources, only of outputs."]]
