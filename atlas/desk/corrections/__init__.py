"""Corrections: handing one in, the list, one case."""
