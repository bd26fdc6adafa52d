"""Which place a row is about, and where it lies."""
