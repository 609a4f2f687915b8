"""Cloud Scheduler v1: triggers and the clock that fires them."""
