"""Names and messages from outside are data: they cannot choose a path, control the terminal or break a line."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from operations.terminal.printable import escape
from tests.support.admin_platform import AdminPlatform, serve_platform

CONTROLS = "\x1b]0;owned\x07\x1b[2J\x1b[1;31m\u202egpj.\u2066\x9b0m\r\nmore\x00\x7f"
TRAVERSALS = (
    "..",
    ".",
    "../admin/bootstrap",
    "..%2fadmin",
    "a/../../admin/quota/reset-daily?",
    "a?b=c#d",
    "a b",
    "//evil.example",
    "\\..\\x",
    ";DROP TABLE x",
)


@pytest.fixture(scope="module")
def platform() -> Iterator[AdminPlatform]:
    with serve_platform() as running:
        yield running


def assert_harmless(raw: list[bytes]) -> None:
    """Lines of printable ASCII."""
    *lines, rest = b"".join(raw).split(b"\n")
    assert b"" == rest
    assert [] == [byte for line in lines for byte in line if not 0x20 <= byte <= 0x7E]


def test_escape_sequences_reach_no_log_and_no_terminal(platform: AdminPlatform) -> None:
    """In organizations' names and in error messages."""
    platform.state.organizations.clear()
    platform.state.add_organizations("good", f"bad{CONTROLS}")
    platform.state.organizations["good"].sync_errors = [CONTROLS]
    run = platform.run("org-sync-all")
    assert (run.outcome, run.counts["failed"] >= 1) == ((1, "failed"), True)
    assert_harmless(run.log.raw)
    assert escape(run.summary["error"]).isprintable()


@given(st.text(st.characters()))
def test_what_is_shown_on_a_terminal_is_printable(text: str) -> None:
    """For any content of a log entry; what is printable stays as it is."""
    assert escape(text).isprintable()
    assert not text.isprintable() or escape(text) == text


@pytest.mark.parametrize("slug", TRAVERSALS)
def test_a_slug_cannot_choose_what_is_called(platform: AdminPlatform, slug: str) -> None:
    """Nothing but the organization's own sync is asked for, under any name."""
    platform.state.organizations.clear()
    platform.state.add_organizations(slug)
    run = platform.run("org-sync-all")
    synced = platform.state.organizations[slug].synced
    others = [call for call in platform.calls if not call.startswith(("GET ", "POST /organizations/"))]
    assert (others, platform.state.quota.rows) == ([], {})
    named = [line["org_slug"] for line in run.log.events("organization_failed")]
    assert synced or named == [slug]


slugs = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)


@settings(max_examples=40, deadline=None)
@given(st.lists(slugs, unique=True, max_size=4))
def test_organizations_of_any_script_are_synced_or_named(platform: AdminPlatform, names: list[str]) -> None:
    """Right to left, composed, astral, control characters: one event for each that fails, in ASCII."""
    platform.state.organizations.clear()
    platform.state.add_organizations(*names)
    run = platform.run("org-sync-all")
    unsynced = {each.slug for each in platform.state.organizations.values() if not each.synced}
    assert unsynced == {line["org_slug"] for line in run.log.events("organization_failed")}
    assert (run.exit_status == 0) == (not unsynced)
    assert_harmless(run.log.raw)
