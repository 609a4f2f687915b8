"""A month of an environment's triggers in seconds: the jobs themselves, on a virtual clock, against the stand-ins."""

from tests.sandbox.rehearsal.applied import apply_environment
from tests.sandbox.rehearsal.findings import Alarm, Findings, RunFinding
from tests.sandbox.rehearsal.mishaps import Mishaps
from tests.sandbox.rehearsal.period import Period
from tests.sandbox.rehearsal.rehearse import rehearse
from tests.sandbox.rehearsal.report import write_report

__all__ = ["Alarm", "Findings", "Mishaps", "Period", "RunFinding", "apply_environment", "rehearse", "write_report"]
