"""The tests on other days than today: `make test-dates`."""

# By which a process is moved: the library with the clock, and by how much.
NAMES = ("LD_PRELOAD", "MOVED_SECONDS")
