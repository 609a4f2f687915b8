"""What holds for every test."""

from hypothesis import HealthCheck, settings

# How long a generated example takes says something of the machine, not of the code.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
