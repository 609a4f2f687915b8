"""The tests on other days than today: `make test-dates`."""
