"""Tests of the runtime, file by file."""
