"""Screens of one place: an area, or a single village."""
