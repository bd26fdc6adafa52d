"""A finished build: checked, put in place, described."""
