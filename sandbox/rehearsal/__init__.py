"""A month of an environment's triggers in seconds: the jobs themselves, on a virtual clock, against the stand-ins."""

from sandbox.rehearsal.applied import apply_environment
from sandbox.rehearsal.findings import Alarm, Findings, RunFinding
from sandbox.rehearsal.mishaps import Mishaps
from sandbox.rehearsal.period import Period
from sandbox.rehearsal.rehearse import rehearse
from sandbox.rehearsal.report import write_report

__all__ = ["Alarm", "Findings", "Mishaps", "Period", "RunFinding", "apply_environment", "rehearse", "write_report"]
