"""What holds for every test."""

import os

from hypothesis import HealthCheck, settings

from tests.support.job_process import QUIET

# How long a generated example takes says something of the machine, not of the code.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

# For the programs that tests start and that inherit the environment.
os.environ |= QUIET
