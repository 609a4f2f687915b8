"""Tests of the stand-ins: a stand-in that is wrong proves nothing."""
