"""A project and a client for it."""

from __future__ import annotations

import pytest

from sandbox.supabase import Supabase
from tests.sandbox.supabase.client import Client
from tests.support import databases

cluster = databases.cluster
supabase = databases.supabase


@pytest.fixture
def client(supabase: Supabase) -> Client:
    """A client with a good token."""
    return Client(supabase)
