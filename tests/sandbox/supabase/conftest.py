"""A project and a client for it."""

from __future__ import annotations

import pytest

from sandbox.supabase import Supabase, fixtures
from tests.sandbox.supabase.client import Client

cluster = fixtures.cluster
supabase = fixtures.supabase


@pytest.fixture
def client(supabase: Supabase) -> Client:
    """A client with a good token."""
    return Client(supabase)
