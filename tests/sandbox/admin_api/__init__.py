"""Tests of the admin API's stand-in, row by row of what is known of the real one."""
