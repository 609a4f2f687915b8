"""Faults that somebody switches on: what is sent wrongly, late, in part or not at all."""

from sandbox.faults.armed import Armed
from sandbox.faults.fault import Fault, Kind
from sandbox.faults.switch import Faults

__all__ = ["Armed", "Fault", "Faults", "Kind"]
