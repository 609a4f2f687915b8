"""Tests of make sandbox."""
