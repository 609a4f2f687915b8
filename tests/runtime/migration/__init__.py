"""Tests of the migrations: reading, planning, applying."""
