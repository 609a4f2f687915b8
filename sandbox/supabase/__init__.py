"""The Supabase Management API's query endpoint over a real PostgreSQL."""

from sandbox.supabase.accounts import SECOND_TOKEN, STRANGER_TOKEN, TOKEN
from sandbox.supabase.mishaps import Kind, Mishap
from sandbox.supabase.service import REF, Supabase

__all__ = [
    "REF",
    "SECOND_TOKEN",
    "STRANGER_TOKEN",
    "TOKEN",
    "Kind",
    "Mishap",
    "Supabase",
]
