"""On any bytes, the parsers end with a result or with an error that says what is wrong."""
