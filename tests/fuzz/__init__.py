"""Whatever bytes arrive, the parsers end with a result or with an error that says what is wrong."""
