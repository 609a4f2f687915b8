"""Tests of the parts of org-sync-all."""
