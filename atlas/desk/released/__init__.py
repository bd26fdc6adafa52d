"""Releases: made, listed, compared, cited, brought back."""
