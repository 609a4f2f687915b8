"""Tests of the verbs of the `sandbox` command."""
