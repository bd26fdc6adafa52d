"""Finds places and villages by their names, as people write them."""
