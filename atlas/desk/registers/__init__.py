"""Registers by the browser: handing in, what would change, the review."""
