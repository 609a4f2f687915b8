"""What the admin API's answers mean; anything else is an UnexpectedAnswer."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from email.message import Message
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.net.response import Response
from runtime.process.errors import JobError, UnexpectedAnswer
from runtime.process.secret import Redactor
from runtime.services import admin_answers as answers
from runtime.services.json_reader import Fields, read_fields

SYNC = {"status": "SUCCESS", "tables_created": ["a", "b"], "columns_added": {"a": ["x", "y"], "b": ["z"]}}
QUOTA = {"success": True, "orgs_processed": 3, "message": "done"}
STATUS = {"status": "SYNCED", "tables_existing": ["a", "b"], "tables_missing": []}
PAGE = {"organizations": [{"org_slug": "a", "other": 1}], "total": 1}


def read_counted(fields: Fields) -> answers.Counted:
    return answers.Counted(fields, ("orgs_processed", "orgs_created"))


SOUND: list[tuple[Callable[[Fields], object], dict[str, Any]]] = [
    (answers.BootstrapStatus, STATUS),
    (answers.Sync, SYNC),
    (answers.OrganizationPage, PAGE),
    (read_counted, QUOTA),
]
PARSERS = [parse for parse, _ in SOUND]


def fields_of(body: object, **changes: object) -> Fields:
    body = {**body, **changes} if isinstance(body, dict) else body
    return read_fields(Response("POST /x", 200, Message(), json.dumps(body).encode(), "id", Redactor().shorten))  # type: ignore[arg-type]


def test_a_sync_counts_what_it_added() -> None:
    """Tables and, over all tables, columns."""
    sync = answers.Sync(fields_of(SYNC))
    assert (sync.tables_created, sync.columns_added, sync.problem) == (2, 3, "")


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"errors": ["x", "y"]}, "x; y"),
        ({"errors": []}, "the service names no error"),
        ({"errors": None, "message": "2 errors"}, "2 errors"),
    ],
)
def test_a_partial_sync_always_has_an_error(changes: dict[str, object], errors: str) -> None:
    """PARTIAL comes as 200 and is a failure, even if the service names none."""
    assert answers.Sync(fields_of(SYNC, status="PARTIAL", **changes)).problem == f"the sync is partial: {errors}"


def test_a_success_with_errors_is_none() -> None:
    """Errors count with any status."""
    assert answers.Sync(fields_of(SYNC, errors=["x"])).problem == "the sync is partial: x"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({}, ""),
        ({"success": False}, "done"),
        ({"success": False, "message": ""}, "the service says success: false"),
        ({"success": False, "message": None}, "the service says success: false"),
    ],
)
def test_a_quota_call_that_failed_has_a_problem(changes: dict[str, object], problem: str) -> None:
    """200 alone is no success."""
    assert read_counted(fields_of(QUOTA, **changes)).problem == problem


def test_counts_are_read_by_name() -> None:
    """The first one is needed, the others may be those of another version."""
    assert read_counted(fields_of(QUOTA, orgs_skipped=2)).counts == {"orgs_processed": 3, "orgs_created": 0}


TABLES = [f"org_{number}" for number in range(21)]
EXTRA = {"a": {"missing_columns": [], "extra_columns": ["old", "older"]}}


@pytest.mark.parametrize(
    ("changes", "surplus"),
    [
        ({"status": "SYNCED"}, ""),
        ({"schema_diffs": EXTRA}, "a: old, older"),
        ({"tables_extra": ["of_somebody_else"]}, ""),
    ],
)
def test_a_platform_with_too_much_is_whole(changes: dict[str, object], surplus: str) -> None:
    """A sync only adds: extra columns stay for ever, and so does OUT_OF_SYNC."""
    status = fields_of(STATUS, **{"status": "OUT_OF_SYNC", "tables_existing": TABLES, **changes})
    assert answers.BootstrapStatus(status).require_whole("run bootstrap") == surplus


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"tables_missing": ["a", "b"]}, "the platform is OUT_OF_SYNC, missing tables: a, b"),
        (
            {"tables_missing": ["b"], "schema_diffs": {**EXTRA, "c": {"missing_columns": ["x", "y"]}}},
            "the platform is OUT_OF_SYNC, missing tables: b; missing columns: c: x, y",
        ),
        ({"status": "SYNCED", "schema_diffs": {"c": {"missing_columns": ["x"]}}}, "SYNCED, missing columns: c: x"),
        ({"message": "who knows"}, "the platform is OUT_OF_SYNC, who knows"),
        ({"status": "NOT_BOOTSTRAPPED", "tables_extra": ["z"]}, "the platform is NOT_BOOTSTRAPPED, without a reason"),
        ({"status": "SYNCED", "tables_existing": TABLES[1:]}, "only 20 meta tables exist, at least 21 are needed"),
    ],
)
def test_a_platform_that_lacks_something_is_not_whole(changes: dict[str, object], problem: str) -> None:
    """Named in the order of what to do: the columns of a table come with it."""
    status = fields_of(STATUS, **{"status": "OUT_OF_SYNC", "tables_existing": TABLES, **changes})
    with pytest.raises(JobError) as caught:
        answers.BootstrapStatus(status).require_whole("run bootstrap")
    assert problem in caught.value.problem


@pytest.mark.parametrize(("parse", "body"), SOUND)
def test_unknown_fields_are_ignored(parse: Callable[[Fields], object], body: dict[str, Any]) -> None:
    """A newer service may say more."""
    parse(fields_of(body, something_new={"a": 1}))


@pytest.mark.parametrize(("parse", "body"), SOUND)
def test_every_needed_field_is_needed(parse: Callable[[Fields], object], body: dict[str, Any]) -> None:
    """An answer without it is another version's, and the message says which field is missing."""
    for name in body.keys() - {"message"}:
        with pytest.raises(UnexpectedAnswer, match=f"POST /x answered 200: {name} is missing"):
            parse(fields_of({key: value for key, value in body.items() if key != name}))


@pytest.mark.parametrize(("parse", "known"), [(answers.Sync, SYNC), (answers.BootstrapStatus, STATUS)])
def test_an_unknown_status_is_no_success(parse: Callable[[Fields], object], known: dict[str, Any]) -> None:
    """Nothing is guessed from a word that the contract does not have."""
    with pytest.raises(UnexpectedAnswer, match="status is str 'success', not one of S"):
        parse(fields_of(known, status="success"))


anything = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 3) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize(("parse", "body"), SOUND)
@given(data=st.data())
def test_no_json_makes_another_exception(
    parse: Callable[[Fields], object], body: dict[str, Any], data: st.DataObject
) -> None:
    """A typed object or an UnexpectedAnswer, for any value of one or two fields."""
    changes = data.draw(st.dictionaries(st.sampled_from([*body, "errors", "org_errors"]), anything, max_size=2))
    with suppress(UnexpectedAnswer):
        parse(fields_of(body, **changes))


@pytest.mark.parametrize("parse", PARSERS)
@given(body=anything)
def test_what_is_no_such_answer_is_refused(parse: Callable[[Fields], object], body: object) -> None:
    """Any other JSON is an UnexpectedAnswer."""
    with pytest.raises(UnexpectedAnswer):
        parse(fields_of(body))
