"""The operators' commands as real processes, against stand-ins of all that they and the jobs talk to."""
