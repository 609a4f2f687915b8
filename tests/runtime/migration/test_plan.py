"""What the tracking table says about each file: applied, pending, drifted or renamed, and only one of them."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.migration.files import MigrationFile
from runtime.migration.plan import Plan

A = MigrationFile("01_a.sql", b"a")
B = MigrationFile("02_b.sql", b"b")


@pytest.mark.parametrize(
    "recorded", [A.checksum, A.checksum[:16], A.checksum.upper(), "rls-policy-fixes-v1", "", None, "ab" * 6]
)
def test_a_recorded_file_is_applied_unless_its_checksum_proves_otherwise(recorded: str | None) -> None:
    """All of a SHA-256, its first 16 digits, a label, nothing: all are found in production."""
    plan = Plan([A], {A.name: recorded})
    assert (plan.states, plan.status) == ({A.name: "applied"}, "done")


@pytest.mark.parametrize("recorded", [B.checksum, B.checksum[:16]])
def test_a_checksum_that_differs_is_drift(recorded: str) -> None:
    """Edited after it was applied; never pending again."""
    plan = Plan([A], {A.name: recorded})
    assert (plan.states, plan.pending, plan.status) == ({A.name: "drifted"}, [], "drifted")


def test_what_is_not_recorded_is_pending_in_the_order_given() -> None:
    """Also in front of files that are applied already: branches are merged in any order."""
    plan = Plan([A, B], {"03_c.sql": None})
    assert (plan.pending, plan.find("gone"), plan.status) == ([A, B], ["03_c.sql"], "pending")


@pytest.mark.parametrize("recorded", [A.checksum, A.checksum[:16], A.checksum.upper()])
def test_content_recorded_under_another_name_is_a_renamed_file(recorded: str) -> None:
    """It counts as applied, and the old row is not one without a file."""
    plan = Plan([A], {"00_old.sql": recorded})
    assert (plan.renamed, plan.states, plan.status) == ([(A, "00_old.sql")], {A.name: "renamed"}, "done")


def test_a_copy_of_a_recorded_file_is_not_run_again() -> None:
    """Some files drop customers' tables when they run twice."""
    copy = MigrationFile("05_copy.sql", A.content)
    plan = Plan([A, copy], {A.name: A.checksum})
    assert (plan.find("applied"), plan.renamed) == ([A.name], [(copy, A.name)])


def test_a_label_renames_nothing() -> None:
    """It says nothing about content."""
    assert Plan([A], {"00_old.sql": "label", "01_old.sql": None}).pending == [A]


def test_pending_weighs_more_than_drifted() -> None:
    """A report has one status."""
    assert Plan([A, B], {A.name: B.checksum[:15] + "x" + B.checksum[16:]}).status == "pending"
    plan = Plan([A, B], {A.name: "f" * 64})
    assert (plan.status, plan.count()) == (
        "pending",
        {"applied": 0, "pending": 1, "drifted": 1, "renamed": 0, "gone": 0},
    )


def test_a_pending_file_that_sorts_before_an_applied_one_is_late() -> None:
    """Branches are merged in any order; what was applied before it is named, renamed and edited files too."""
    c, d = MigrationFile("03_c.sql", b"c"), MigrationFile("04_d.sql", b"d")
    plan = Plan([A, B, c, d], {B.name: "f" * 64, "00_old.sql": c.checksum})
    assert (plan.pending, plan.late) == ([A, d], {A.name: [B.name, c.name]})
    assert Plan([A, B], {A.name: None}).late == {}


def test_numbers_of_different_width_are_reported() -> None:
    """One name of each width, the narrowest first."""
    names = ["01_a.sql", "02a_b.sql", "100_c.sql", "3_d.sql"]
    files = [MigrationFile(name, name.encode()) for name in names]
    assert Plan(files, {}).widths == ["3_d.sql", "02a_b.sql", "100_c.sql"]
    assert Plan(files[:2], {}).widths == []


@pytest.mark.parametrize("digits", [64, 16])
@pytest.mark.parametrize("recorded", [b"a\nb\n", b"a\r\nb\r\n", b"a\r\nb\n"])
@pytest.mark.parametrize("here", [b"a\nb\n", b"a\r\nb\r\n", b"a\r\nb\n"])
def test_line_ends_are_not_content(recorded: bytes, here: bytes, digits: int) -> None:
    """For both kinds that were recorded, whole or by their first digits: neither drift nor a new file.

    Only a mixture of both kinds is known by nothing but its own bytes.
    """
    checksum = sha256(recorded).hexdigest()[:digits]
    file = MigrationFile("01_a.sql", here)
    known = recorded == here or recorded != b"a\r\nb\n"
    assert bool(Plan([file], {file.name: checksum}).find("applied")) == known
    assert bool(Plan([file], {"00_old.sql": checksum}).renamed) == known


CONTENTS = [b"a", b"b", b"c"]
FILES = st.dictionaries(st.sampled_from(["1_a.sql", "2_b.sql", "3_c.sql"]), st.sampled_from(CONTENTS))
CHECKSUMS = st.one_of(
    st.none(), st.text(max_size=64), st.sampled_from([MigrationFile("", content).checksum for content in CONTENTS])
)


@given(files=FILES, rows=st.dictionaries(st.sampled_from(["1_a.sql", "2_b.sql", "0_x.sql"]), CHECKSUMS))
def test_every_file_is_in_one_group_and_a_recorded_one_never_pending(
    files: dict[str, bytes], rows: dict[str, str | None]
) -> None:
    """With any content of the tracking table."""
    migrations = [MigrationFile(name, content) for name, content in sorted(files.items())]
    plan = Plan(migrations, rows)
    assert sorted(plan.states) == sorted(files.keys() | set(plan.find("gone")))
    assert {file.name for file in plan.pending}.isdisjoint(rows)
    assert {"applied", "drifted", "gone"}.isdisjoint(plan.states[name] for name in files if name not in rows)
