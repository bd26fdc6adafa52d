"""Places and villages that somebody looks for, chooses or draws around."""
