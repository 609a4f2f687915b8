"""What each job is put through: `play(seed)` raises AssertionError where a promise is broken."""
