"""Who has been at the desk, and the end of their access."""
