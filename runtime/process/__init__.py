"""What every process has: time, signals, a log, secrets, errors."""
