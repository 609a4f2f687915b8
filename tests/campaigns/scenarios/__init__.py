"""What each job is put through: `play(seed)` raises AssertionError if a promise is broken."""
