"""Migrations: what a file holds, which are pending, and how one is applied exactly once."""
