"""Tests of the Management API's stand-in, by what is known of the real service."""
