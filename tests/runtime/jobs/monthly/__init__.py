"""Tests of the monthly jobs."""
